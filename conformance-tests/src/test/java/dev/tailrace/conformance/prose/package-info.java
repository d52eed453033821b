/**
 * The prose tests of the change-streams specification: those that it has no data files for. Our
 * engine against the fake, over each {@link dev.tailrace.conformance.support.EngineTransport}.
 * Begin with {@link dev.tailrace.conformance.prose.Stage}.
 */
@NullMarked
package dev.tailrace.conformance.prose;

import org.jspecify.annotations.NullMarked;
