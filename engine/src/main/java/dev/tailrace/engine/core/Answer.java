package dev.tailrace.engine.core;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.Progress;

/**
 * The answer to what waits, the open or a pull: each gets exactly one.
 *
 * @param <T> how events are handed over
 */
public sealed interface Answer<T> {

  /** The stream is open; there may be events already. */
  record Opened<T>() implements Answer<T> {}

  /**
   * An event for the user.
   *
   * @param event as the decoder made it
   */
  record Deliver<T>(T event) implements Answer<T> {
    public Deliver {
      requireNonNull(event, "event");
    }
  }

  /**
   * Nothing yet.
   *
   * @param progress how far the stream has come
   */
  record Idle<T>(Progress progress) implements Answer<T> {}

  /**
   * The call has run out of time; the stream goes on with the next one.
   *
   * @param exception what the user is to be told
   */
  record TimedOut<T>(ChangeStreamException.TimedOut exception) implements Answer<T> {}

  /**
   * The stream is over.
   *
   * @param ending how
   */
  record End<T>(Ending ending) implements Answer<T> {}
}
