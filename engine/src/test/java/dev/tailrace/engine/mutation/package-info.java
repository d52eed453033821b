/**
 * Judges a report of mutation testing: whether enough mutants were killed, and whether those that
 * live are the ones that a person has looked at. Start with {@link
 * dev.tailrace.engine.mutation.MutationCheck}.
 */
@NullMarked
package dev.tailrace.engine.mutation;

import org.jspecify.annotations.NullMarked;
