/**
 * What happened: which commands came to which member over which connection, and what was answered.
 *
 * <p>{@link dev.tailrace.fakeserver.history.Recorder} writes it down; a {@link
 * dev.tailrace.fakeserver.history.History} is a copy to look at.
 */
@NullMarked
package dev.tailrace.fakeserver.history;

import org.jspecify.annotations.NullMarked;
