package dev.tailrace.engine.core;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.bytes.DocumentArray;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import org.jspecify.annotations.Nullable;

/**
 * The events of one reply that are still to be handed over, where they lie in the reply's buffer.
 * Knows which one is the last before it is taken.
 */
final class Batch {

  private final DocumentArray events;
  private final @Nullable DocumentSlice postBatchResumeToken;

  /** The event whose turn it is; null where there is none, or {@link #broken} in its place. */
  private @Nullable DocumentSlice event;

  /** What is wrong with the bytes behind the events taken so far. Those before it are good. */
  private @Nullable MalformedBsonException broken;

  /**
   * @param events stands before the first event
   * @param postBatchResumeToken the reply's, where it had one
   */
  Batch(DocumentArray events, @Nullable DocumentSlice postBatchResumeToken) {
    this.events = events;
    this.postBatchResumeToken = postBatchResumeToken;
    advance();
  }

  /** Whether there is no event left. */
  boolean isDrained() {
    return event == null && broken == null;
  }

  /** Whether the event whose turn it is is the last one. */
  boolean isAtLast() {
    return event != null && events.isDrained();
  }

  @Nullable DocumentSlice postBatchResumeToken() {
    return postBatchResumeToken;
  }

  /**
   * The event whose turn it is; there must be one.
   *
   * @throws MalformedBsonException if it is no document; the rest of the batch is of no use then
   */
  DocumentSlice event() {
    if (broken != null) {
      throw broken;
    }
    return requireNonNull(event, "the batch is drained");
  }

  /** Goes on to the next event. */
  void advance() {
    try {
      event = events.next();
    } catch (MalformedBsonException malformed) {
      event = null;
      broken = malformed; // Found when its turn comes.
    }
  }
}
