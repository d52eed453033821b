/**
 * The cursors that a member has open: whose they are, how long they live, who may use them.
 *
 * <p>Read {@link dev.tailrace.fakeserver.cursor.CursorTable} first.
 */
@NullMarked
package dev.tailrace.fakeserver.cursor;

import org.jspecify.annotations.NullMarked;
