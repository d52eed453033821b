/**
 * The shared history of the set: what was written, in order, each entry at its own cluster time.
 *
 * <p>Start with {@link dev.tailrace.fakeserver.oplog.Oplog}.
 */
@NullMarked
package dev.tailrace.fakeserver.oplog;

import org.jspecify.annotations.NullMarked;
