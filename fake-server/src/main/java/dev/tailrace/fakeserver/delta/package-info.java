/**
 * How an update is told: which fields changed, in the words of each release.
 *
 * <p>From 5.0 on the oplog has a tree of differences, a {@link
 * dev.tailrace.fakeserver.delta.Delta}; {@link dev.tailrace.fakeserver.delta.DocumentDiff} finds it
 * by comparing two documents. Before, it had the {@code $set} and {@code $unset} that would do the
 * same. A change stream's {@code updateDescription} is read off either. Read {@code Delta} first.
 */
@NullMarked
package dev.tailrace.fakeserver.delta;

import org.jspecify.annotations.NullMarked;
