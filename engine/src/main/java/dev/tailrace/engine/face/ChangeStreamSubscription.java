package dev.tailrace.engine.face;

import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import java.util.Optional;
import java.util.concurrent.Flow;

/** A subscription to a change stream: one stream of its own. Thread-safe; nothing blocks. */
public interface ChangeStreamSubscription extends Flow.Subscription {

  /** Whether the stream is not over: not cancelled, failed or invalidated. */
  boolean isAlive();

  /**
   * Where a new stream would go on: behind the last event that was handed over, or further if the
   * server has said that there is nothing for this stream in between. Empty as long as the server
   * has given none.
   *
   * <p>To be stored from within {@code onNext}, where it is exact. Asked for on another thread it
   * may be ahead of the one event that is about to be signalled, for as long as a publisher's
   * executor takes to get to it.
   */
  Optional<ResumeToken> resumeToken();

  /** How the stream is now. */
  StreamStatus status();
}
