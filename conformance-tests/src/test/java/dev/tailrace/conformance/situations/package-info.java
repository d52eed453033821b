/**
 * Situations in which change-stream clients are known to go wrong, each played with every face of
 * the engine against the fake set, in virtual time.
 */
@NullMarked
package dev.tailrace.conformance.situations;

import org.jspecify.annotations.NullMarked;
