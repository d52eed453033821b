package dev.tailrace.engine.face.undertest;

import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * An open stream, whatever its face.
 *
 * @param <T> how events are handed over
 */
public interface StreamUnderTest<T> extends AutoCloseable {

  /** An event, or the end; one call at a time. */
  Call<Next<T>> next();

  /**
   * An event that one round trip brings, or nothing yet.
   *
   * @throws UnsupportedOperationException if the face has no such thing
   */
  Call<Next<T>> tryNext();

  /**
   * An event or the end, if it comes within that time.
   *
   * @throws UnsupportedOperationException if the face has no such thing
   */
  Call<Next<T>> poll(Duration time);

  boolean isAlive();

  Optional<ResumeToken> resumeToken();

  StreamStatus status();

  /** Ends the stream: closes it, or cancels the subscription. */
  @Override
  void close();
}
