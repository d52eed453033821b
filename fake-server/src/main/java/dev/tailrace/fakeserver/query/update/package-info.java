/**
 * Updates: operators such as {@code {$set: {a: 1}}}, replacement documents, and pipelines.
 *
 * <p>{@link dev.tailrace.fakeserver.query.update.Update} is the front door. Operators are parsed
 * into a tree of {@code UpdateNode}s that follows the document ({@code UpdateParser}), with a
 * {@code Modifier} at each leaf; an {@code Application} carries the tree out on one document and
 * writes down what it did in an {@link dev.tailrace.fakeserver.query.update.UpdateLog}.
 */
@NullMarked
package dev.tailrace.fakeserver.query.update;

import org.jspecify.annotations.NullMarked;
