/**
 * Change streams: from oplog entries to events, tokens and cursors.
 *
 * <p>A {@link dev.tailrace.fakeserver.stream.StreamSpec} is the parsed stage; a {@link
 * dev.tailrace.fakeserver.stream.ChangeStreamCursor} walks the oplog with it, asks the {@link
 * dev.tailrace.fakeserver.stream.EventBuilder} for events, and knows where it may be resumed. Read
 * the cursor first.
 */
@NullMarked
package dev.tailrace.fakeserver.stream;

import org.jspecify.annotations.NullMarked;
