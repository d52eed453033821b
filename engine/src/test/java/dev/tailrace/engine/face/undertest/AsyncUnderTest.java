package dev.tailrace.engine.face.undertest;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.AsyncChangeStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A stream whose answers come as stages. */
record AsyncUnderTest<T>(AsyncChangeStream<T> stream) implements StreamUnderTest<T> {

  static <T> Call<StreamUnderTest<T>> open(ChangeStreams<T> watch) {
    CompletableFuture<AsyncChangeStream<T>> opening = watch.openAsync().toCompletableFuture();
    return new Call<>(opening.thenApply(AsyncUnderTest::new), () -> opening.cancel(false));
  }

  @Override
  public Call<Next<T>> next() {
    return call(stream.next());
  }

  @Override
  public Call<Next<T>> tryNext() {
    return call(stream.tryNext());
  }

  @Override
  public Call<Next<T>> poll(Duration time) {
    return call(stream.poll(time));
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

  private static <R> Call<R> call(CompletionStage<R> stage) {
    CompletableFuture<R> answer = stage.toCompletableFuture();
    return new Call<>(answer, () -> answer.cancel(false));
  }
}
