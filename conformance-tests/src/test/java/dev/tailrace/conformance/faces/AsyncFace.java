package dev.tailrace.conformance.faces;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.AsyncChangeStream;
import dev.tailrace.engine.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/** The async face, with a thread that waits for its stages. */
record AsyncFace<T>(AsyncChangeStream<T> stream, Transport transport) implements FacedStream<T> {

  static <T> AsyncFace<T> open(ChangeStreams<T> streams, Transport transport)
      throws InterruptedException {
    return new AsyncFace<>(await(streams.openAsync(), transport), transport);
  }

  @Override
  public Next<T> next() throws InterruptedException {
    return await(stream.next(), transport);
  }

  @Override
  public Next<T> tryNext() throws InterruptedException {
    return await(stream.tryNext(), transport);
  }

  @Override
  public Next<T> poll(Duration time) throws InterruptedException {
    return await(stream.poll(time), transport);
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

  /** What a stage brings, or throws what it fails with. */
  private static <R> R await(CompletionStage<R> stage, Transport transport)
      throws InterruptedException {
    CompletableFuture<R> future = stage.toCompletableFuture();
    Thread waiting = Thread.currentThread();
    var unused = future.whenComplete((result, failure) -> LockSupport.unpark(waiting));
    try {
      while (!future.isDone()) {
        transport.await(future::isDone, Long.MAX_VALUE);
      }
      return future.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    } finally {
      future.cancel(false); // Where the thread was interrupted; else it has no effect.
    }
  }
}
