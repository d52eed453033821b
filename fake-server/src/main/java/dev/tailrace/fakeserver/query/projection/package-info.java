/**
 * Projections: which fields of a document are kept, and which are computed; as {@code find} takes
 * them, and as the stages {@code $project}, {@code $addFields} and {@code $unset} do.
 *
 * <p>{@link dev.tailrace.fakeserver.query.projection.Projection} is the front door; {@code
 * ProjectionParser} makes a tree of {@code ProjectionNode}s, one for each document level. {@link
 * dev.tailrace.fakeserver.query.projection.DistinctValues} serves the command {@code distinct}.
 */
@NullMarked
package dev.tailrace.fakeserver.query.projection;

import org.jspecify.annotations.NullMarked;
