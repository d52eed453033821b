/**
 * Filters: {@code {a: {$gt: 5}}}, what {@code find} takes and {@code $match} repeats.
 *
 * <p>{@link dev.tailrace.fakeserver.query.match.Matcher} is the front door. {@code FilterParser}
 * makes {@code Predicate}s, which judge documents; most of them are a {@code PathPredicate}: a
 * path, walked through arrays by {@code PathWalk}, and a {@code ValueTest} for what is found there.
 */
@NullMarked
package dev.tailrace.fakeserver.query.match;

import org.jspecify.annotations.NullMarked;
