/**
 * What reads strangers' bytes, held against bytes that a fuzzer makes up. {@link
 * dev.tailrace.wire.fuzz.FuzzTarget} says what must hold for any input; {@code CorpusTest} tries
 * the inputs that were kept, in every build; {@link dev.tailrace.wire.fuzz.Fuzzing} looks for more.
 */
@NullMarked
package dev.tailrace.wire.fuzz;

import org.jspecify.annotations.NullMarked;
