package dev.tailrace.engine.core;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import org.bson.BsonType;
import org.jspecify.annotations.Nullable;

/**
 * The events of one reply that are still to be handed over, where they lie in the reply's buffer.
 * Knows one event ahead, and so which one is the last.
 */
final class Batch {

  /** Stands on the event behind {@link #event}, if there is one. */
  private final Elements events;

  private final @Nullable DocumentSlice postBatchResumeToken;

  /** The event whose turn it is; null where there is none, or {@link #broken} in its place. */
  private @Nullable DocumentSlice event;

  /** Whether there is something behind {@link #event}. */
  private boolean more;

  /** What is wrong with the bytes behind the events taken so far. Those before it are good. */
  private @Nullable MalformedBsonException broken;

  /**
   * @param events stands before the first event
   * @param postBatchResumeToken the reply's, where it had one
   */
  Batch(Elements events, @Nullable DocumentSlice postBatchResumeToken) {
    this.events = events;
    this.postBatchResumeToken = postBatchResumeToken;
    lookAhead();
    advance();
  }

  /** Whether there is no event left. */
  boolean isDrained() {
    return event == null && !more;
  }

  /** Whether the event whose turn it is is the last one. */
  boolean isAtLast() {
    return event != null && !more;
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
    if (event == null && broken != null) {
      throw broken;
    }
    return requireNonNull(event, "the batch is drained");
  }

  /** Goes on to the next event. */
  void advance() {
    event = null;
    if (more && broken == null) {
      try {
        event = events.document(BsonType.DOCUMENT);
        lookAhead();
      } catch (MalformedBsonException malformed) {
        broken = malformed;
      }
    }
  }

  private void lookAhead() {
    try {
      more = events.next();
    } catch (MalformedBsonException malformed) {
      broken = malformed;
      more = true; // What is broken is found when its turn comes.
    }
  }
}
