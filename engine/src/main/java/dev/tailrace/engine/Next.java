package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

/**
 * What a stream has for its reader: an event, nothing yet, or nothing ever again.
 *
 * @param <T> how events are handed over
 */
public sealed interface Next<T> {

  /**
   * An event. The stream's resume token has moved behind it.
   *
   * @param value the event
   */
  record Event<T>(T value) implements Next<T> {
    public Event {
      requireNonNull(value, "value");
    }
  }

  /**
   * No event yet; the stream is alive, and asking again may bring one.
   *
   * @param progress how far the stream has come meanwhile, which may be further than before
   */
  record Idle<T>(Progress progress) implements Next<T> {
    public Idle {
      requireNonNull(progress, "progress");
    }
  }

  /**
   * The stream is over, and every later call will say so too.
   *
   * @param reason why
   */
  record Ended<T>(EndReason reason) implements Next<T> {
    public Ended {
      requireNonNull(reason, "reason");
    }
  }
}
