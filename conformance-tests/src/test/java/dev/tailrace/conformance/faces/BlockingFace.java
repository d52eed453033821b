package dev.tailrace.conformance.faces;

import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.BlockingChangeStream;
import java.time.Duration;
import java.util.Optional;

/** The blocking face, which is one already. */
record BlockingFace<T>(BlockingChangeStream<T> stream) implements FacedStream<T> {

  @Override
  public Next<T> next() throws InterruptedException {
    return stream.next();
  }

  @Override
  public Next<T> tryNext() throws InterruptedException {
    return stream.tryNext();
  }

  @Override
  public Next<T> poll(Duration time) throws InterruptedException {
    return stream.poll(time);
  }

  @Override
  public boolean isAlive() {
    return stream.isAlive();
  }

  @Override
  public Optional<ResumeToken> resumeToken() {
    return stream.resumeToken();
  }

  @Override
  public StreamStatus status() {
    return stream.status();
  }

  @Override
  public void close() {
    stream.close();
  }
}
