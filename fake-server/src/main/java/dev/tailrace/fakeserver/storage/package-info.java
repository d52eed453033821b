/**
 * What the set holds, as a value.
 *
 * <p>A {@link dev.tailrace.fakeserver.storage.State} is the whole catalog: immutable, cheap to keep
 * and to change. A write gives a new one and a {@link dev.tailrace.fakeserver.storage.Change} that
 * says what it did. So a snapshot, a secondary that lags and a rollback are each just an older
 * value. Read {@code State} first, then {@link dev.tailrace.fakeserver.storage.StoredCollection}.
 */
@NullMarked
package dev.tailrace.fakeserver.storage;

import org.jspecify.annotations.NullMarked;
