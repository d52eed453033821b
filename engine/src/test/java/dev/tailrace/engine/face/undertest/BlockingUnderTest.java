package dev.tailrace.engine.face.undertest;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.BlockingChangeStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A stream for threads that wait.
 *
 * @param threads runs each call, and with it waits
 */
record BlockingUnderTest<T>(BlockingChangeStream<T> stream, Executor threads)
    implements StreamUnderTest<T> {

  static <T> Call<StreamUnderTest<T>> open(ChangeStreams<T> watch, Executor threads) {
    return call(() -> new BlockingUnderTest<>(watch.open(), threads), threads);
  }

  @Override
  public Call<Next<T>> next() {
    return call(stream::next, threads);
  }

  @Override
  public Call<Next<T>> tryNext() {
    return call(stream::tryNext, threads);
  }

  @Override
  public Call<Next<T>> poll(Duration time) {
    return call(() -> stream.poll(time), threads);
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

  private static <R> Call<R> call(Callable<R> task, Executor threads) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    CompletableFuture<Thread> waiting = new CompletableFuture<>();
    threads.execute(
        () -> {
          waiting.complete(Thread.currentThread());
          try {
            answer.complete(task.call());
          } catch (Throwable failed) {
            answer.completeExceptionally(failed);
          }
        });
    return new Call<>(answer, () -> waiting.join().interrupt());
  }
}
