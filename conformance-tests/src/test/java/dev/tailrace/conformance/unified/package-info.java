/**
 * MongoDB's unified tests, played with our engine as the client under test.
 *
 * <pre>
 * format: file ─► TestFile      client: engine | official driver, events on one log
 *              │                   │
 *          SuitePlayer ─► TestRun ─► entity: operations ─► match: claims
 *              │             │
 *          KnownGaps     RunnerOperations
 * </pre>
 *
 * <p>{@link dev.tailrace.conformance.unified.Suite} says what is played, {@link
 * dev.tailrace.conformance.unified.KnownGaps} what need not pass. Read {@link
 * dev.tailrace.conformance.unified.SuitePlayer} first.
 */
@NullMarked
package dev.tailrace.conformance.unified;

import org.jspecify.annotations.NullMarked;
