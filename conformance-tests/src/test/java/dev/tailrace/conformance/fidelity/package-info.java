/**
 * What the fake does as a real server does it: the table {@code FIDELITY.md}, made from what the
 * tests have reported.
 *
 * <pre>
 * behaviours.txt ──► Behaviours ─┐
 *                                ├─► FidelityTable ─► FidelityCheck ◄─► FIDELITY.md
 * surefire's reports ► Outcomes ─┘
 * </pre>
 *
 * <p>{@code behaviours.txt} says what there is to be proved and which tests prove it; how it stands
 * is never written there. Surefire runs {@link dev.tailrace.conformance.fidelity.FidelityCheck} on
 * its own, after all other tests.
 */
@NullMarked
package dev.tailrace.conformance.fidelity;

import org.jspecify.annotations.NullMarked;
