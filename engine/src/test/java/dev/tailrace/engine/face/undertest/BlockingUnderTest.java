package dev.tailrace.engine.face.undertest;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.BlockingChangeStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** A stream for threads that wait: each call waits on a thread of its own. */
record BlockingUnderTest<T>(BlockingChangeStream<T> stream) implements StreamUnderTest<T> {

  static <T> Call<StreamUnderTest<T>> open(ChangeStreams<T> watch) {
    return onThread(() -> new BlockingUnderTest<>(watch.open()));
  }

  @Override
  public Call<Next<T>> next() {
    return onThread(stream::next);
  }

  @Override
  public Call<Next<T>> tryNext() {
    return onThread(stream::tryNext);
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

  private static <R> Call<R> onThread(Callable<R> task) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                answer.complete(task.call());
              } catch (Throwable failed) {
                answer.completeExceptionally(failed);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return new Call<>(answer, thread::interrupt);
  }
}
