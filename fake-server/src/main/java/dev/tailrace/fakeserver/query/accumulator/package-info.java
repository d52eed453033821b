/**
 * Accumulators: what {@code $sum}, {@code $push} and their like keep while values go by, in {@code
 * $group} as well as in expressions.
 *
 * <p>Start with {@link dev.tailrace.fakeserver.query.accumulator.Accumulator}.
 */
@NullMarked
package dev.tailrace.fakeserver.query.accumulator;

import org.jspecify.annotations.NullMarked;
