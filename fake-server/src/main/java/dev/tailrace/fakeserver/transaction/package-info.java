/**
 * Logical sessions, and what is remembered for them.
 *
 * <p>Results of retryable writes are data of the set and live in {@link
 * dev.tailrace.fakeserver.storage.State}; here is what is only in memory. Read {@link
 * dev.tailrace.fakeserver.transaction.SessionInfo} first.
 */
@NullMarked
package dev.tailrace.fakeserver.transaction;

import org.jspecify.annotations.NullMarked;
