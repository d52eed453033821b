/**
 * Faults on demand, as data: what goes wrong, at which moment, for which commands.
 *
 * <p>A {@link dev.tailrace.fakeserver.fault.Fault} is what happens, a {@link
 * dev.tailrace.fakeserver.fault.FaultRule} says when, a {@link
 * dev.tailrace.fakeserver.fault.FaultPlan} holds the rules and counts. Fail points of {@code
 * configureFailPoint} become rules of the same kind.
 */
@NullMarked
package dev.tailrace.fakeserver.fault;

import org.jspecify.annotations.NullMarked;
