package dev.tailrace.conformance.faces;

import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * An open change stream, whatever its face, at which one thread waits. The thread is lent to the
 * transport meanwhile: in virtual time it runs the world.
 *
 * @param <T> how events are handed over
 */
public interface FacedStream<T> extends AutoCloseable {

  /** Waits for an event, or the end. */
  Next<T> next() throws InterruptedException;

  /**
   * An event that is here already, or what one {@code getMore} brings.
   *
   * @throws UnsupportedOperationException of a subscription, which has demand and no calls
   */
  Next<T> tryNext() throws InterruptedException;

  /** Waits for an event, or the end, for at most that long. */
  Next<T> poll(Duration time) throws InterruptedException;

  /** Whether the stream is not over. */
  boolean isAlive();

  /** Where a new stream would go on. */
  Optional<ResumeToken> resumeToken();

  /** How the stream is now. */
  StreamStatus status();

  /** Ends the stream, and cancels the subscription that it may be. */
  @Override
  void close();
}
