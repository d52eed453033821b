/**
 * The query language: what filters, updates, projections, sort orders, expressions and pipelines
 * mean. A pure library: BSON values in, BSON values or a {@link
 * dev.tailrace.fakeserver.error.CommandFailure} out.
 *
 * <p>Each part of the language has a package with one front door, parsed once and used many times:
 * {@code match.Matcher}, {@code expression.Expression}, {@code projection.Projection}, {@code
 * sort.SortOrder}, {@code update.Update}, {@code stage.Pipeline}. They stand on {@code value}
 * (order, types, texts) and {@code number} (arithmetic). Dependencies run one way: number, value,
 * expression, match, sort, projection, stage, update.
 *
 * <p>This package holds only {@link dev.tailrace.fakeserver.query.QueryContext}, what all of them
 * may know of their surroundings. Read that first, then {@code match.Matcher}.
 */
@NullMarked
package dev.tailrace.fakeserver.query;

import org.jspecify.annotations.NullMarked;
