package dev.tailrace.engine.core;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import org.bson.BsonType;
import org.jspecify.annotations.Nullable;

/**
 * The events of one reply that are still to be handed over, where they lie in the reply's buffer.
 */
final class Batch {

  private final Elements events;
  private final @Nullable DocumentSlice postBatchResumeToken;
  private boolean drained;

  /** What is wrong with the bytes behind the events taken so far. Those before it are good. */
  private @Nullable MalformedBsonException broken;

  /**
   * @param events stands before the first event
   * @param postBatchResumeToken the reply's, where it had one
   */
  Batch(Elements events, @Nullable DocumentSlice postBatchResumeToken) {
    this.events = events;
    this.postBatchResumeToken = postBatchResumeToken;
    advance();
  }

  /** Whether there is no event left. */
  boolean isDrained() {
    return drained;
  }

  @Nullable DocumentSlice postBatchResumeToken() {
    return postBatchResumeToken;
  }

  /**
   * Takes the next event; there must be one.
   *
   * @throws MalformedBsonException if it is no document; the rest of the batch is of no use then
   */
  DocumentSlice take() {
    if (broken != null) {
      throw broken;
    }
    DocumentSlice event = events.document(BsonType.DOCUMENT);
    advance();
    return event;
  }

  private void advance() {
    try {
      drained = !events.next();
    } catch (MalformedBsonException malformed) {
      broken = malformed;
    }
  }
}
