package dev.tailrace.engine.core;

import dev.tailrace.engine.StreamEvent;
import org.jspecify.annotations.Nullable;

/** What a failure leads to. */
sealed interface Verdict {

  /** The same aggregate goes out once more, at once. */
  record Retry() implements Verdict {}

  /**
   * The cursor is lost, and the stream goes on with a new one.
   *
   * @param notBeforeNanos when the pause before that is over
   */
  record Resume(long notBeforeNanos) implements Verdict {}

  /**
   * Where the stream stands is lost, and it begins anew elsewhere.
   *
   * @param origin where
   * @param lost what the listener is told
   * @param notBeforeNanos when the pause before that is over
   */
  record BeginAnew(StartPoint origin, StreamEvent.HistoryLost lost, long notBeforeNanos)
      implements Verdict {}

  /** What was watched is gone, as the last event has said: the failure is none. */
  record Invalidated() implements Verdict {}

  /**
   * The stream ends.
   *
   * @param ending how
   * @param lost what the listener is told of lost history; null where that is not the reason
   */
  record End(Ending ending, StreamEvent.@Nullable HistoryLost lost) implements Verdict {}
}
