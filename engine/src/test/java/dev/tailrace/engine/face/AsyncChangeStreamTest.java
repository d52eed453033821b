package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.WatchTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

/** What only stages have. What all faces have in common is in {@link FaceContractTest}. */
class AsyncChangeStreamTest extends FaceFixture {

  /** Far more than a stack is deep. */
  private static final int MANY = 100_000;

  // ---------------------------------------------------------------- one at a time

  @Test
  void aSecondCallIsRefusedWhileTheFirstIsNotAnswered() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<Next<RawBsonDocument>> first = next(stream);
    ScriptedTransport.Sent getMore = transport.take("getMore");

    for (var second : List.of(stream.next(), stream.tryNext(), stream.poll(Duration.ZERO))) {
      assertThatThrownBy(second.toCompletableFuture()::join)
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the call before is not answered yet: one at a time");
    }

    getMore.batch(77, "t2", "a", "b");
    assertThat(token(first)).isEqualTo("a");
    assertThat(token(next(stream))).isEqualTo("b");
  }

  @Test
  void aStageMayAskForTheNextEventItself() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<String> second =
        next(stream).thenCompose(first -> stream.next()).thenApply(next -> token(next));
    transport.take("getMore").batch(77, "t2", "a", "b");

    assertThat(second.get(0, TimeUnit.SECONDS)).isEqualTo("b");
  }

  @Test
  void aStageMayCloseTheStream() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<Next<RawBsonDocument>> closed =
        next(stream)
            .thenCompose(
                first -> {
                  stream.close();
                  return stream.next();
                });
    transport.take("getMore").batch(77, "t2", "a", "b");

    assertThat(closed.join()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  // ---------------------------------------------------------------- cancelling

  @Test
  void anEventThatComesWithTheCancellationIsGivenBack() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<Next<RawBsonDocument>> first = next(stream);
    ScriptedTransport.Sent getMore = transport.take("getMore");
    // The machine has answered with the event when this is told, and the stage does not know yet.
    onBatch = () -> first.cancel(false);
    getMore.batch(77, "t2", "a", "b");

    assertThat(first).isCancelled();
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t1"));
    assertThat(token(next(stream))).isEqualTo("a");
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("a"));
    assertThat(token(next(stream))).isEqualTo("b");
  }

  @Test
  void theNextCallWaitsForWhatIsGivenBack() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<Next<RawBsonDocument>> first = next(stream);
    ScriptedTransport.Sent getMore = transport.take("getMore");
    List<CompletableFuture<Next<RawBsonDocument>>> second = new ArrayList<>();
    onBatch =
        () -> {
          first.cancel(false);
          second.add(next(stream));
        };
    getMore.batch(77, "t2", "a", "b");

    assertThat(token(second.get(0))).isEqualTo("a");
    assertThat(token(next(stream))).isEqualTo("b");
  }

  @Test
  void manyCancelledCallsHoldUpNothing() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    for (int i = 0; i < 3; i++) {
      next(stream).cancel(false);
    }
    ScriptedTransport.Sent getMore = transport.take("getMore");
    onBatch =
        () -> {
          for (int i = 0; i < 3; i++) {
            next(stream).cancel(false);
          }
        };
    getMore.batch(77, "t2", "a");

    assertThat(token(next(stream))).isEqualTo("a");
    assertThat(transport.isQuiet()).isTrue();
  }

  @Test
  void anAnsweredStageCannotBeCancelled() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<Next<RawBsonDocument>> first = next(stream);
    transport.take("getMore").batch(77, "t2", "a", "b");

    assertThat(first.cancel(false)).isFalse();

    assertThat(token(first)).isEqualTo("a");
    assertThat(token(next(stream))).isEqualTo("b");
  }

  @Test
  void aStageMayRunOutOfItsOwnTime() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<Next<RawBsonDocument>> first =
        next(stream).orTimeout(1, TimeUnit.MILLISECONDS);
    ScriptedTransport.Sent getMore = transport.take("getMore");
    assertThatThrownBy(() -> first.get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(TimeoutException.class);

    CompletableFuture<Next<RawBsonDocument>> second = next(stream);
    getMore.batch(77, "t2", "a");

    // The thread that timed the first one out may still be at work for the stream, and answer then.
    assertThat(token(second.get(60, TimeUnit.SECONDS))).isEqualTo("a");
  }

  @Test
  void aStageThatSomebodyElseCompletesIsOver() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<Next<RawBsonDocument>> first = next(stream);
    ScriptedTransport.Sent getMore = transport.take("getMore");
    assertThat(first.complete(new Next.Ended<>(EndReason.CLOSED))).isTrue();

    getMore.batch(77, "t2", "a");

    assertThat(token(next(stream))).isEqualTo("a");
  }

  @Test
  void whatIsGivenBackToAClosedStreamStaysBehindItsToken() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<Next<RawBsonDocument>> first = next(stream);
    ScriptedTransport.Sent getMore = transport.take("getMore");
    onBatch =
        () -> {
          first.cancel(false);
          stream.close();
        };
    getMore.batch(77, "t2", "a");

    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t1"));
    assertThat(next(stream).join()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));
  }

  // ---------------------------------------------------------------- opening, closing, polling

  @Test
  void cancellingTheOpenLeavesNothingOpen() throws Exception {
    var open = watch().openAsync().toCompletableFuture();
    ScriptedTransport.Sent aggregate = transport.take("aggregate");

    open.cancel(false);

    aggregate.batch(77, "t1");
    assertThatThrownBy(open::join).isInstanceOf(CancellationException.class);
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @Test
  void anOpenThatSomebodyElseCompletesLeavesNothingOpen() throws Exception {
    CompletableFuture<AsyncChangeStream<RawBsonDocument>> open =
        watch().openAsync().toCompletableFuture();
    ScriptedTransport.Sent aggregate = transport.take("aggregate");
    AsyncChangeStream<RawBsonDocument> another = openAsync();
    open.complete(another);

    aggregate.batch(78, "t1");

    assertCursorIsKilled(78);
    assertThat(another.isAlive()).isTrue();
  }

  @Test
  void closeAsyncIsCompletedWhenTheStreamIsOver() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<Next<RawBsonDocument>> next = next(stream);
    transport.take("getMore");
    List<String> order = new ArrayList<>();
    var reader = next.thenRun(() -> order.add("reader"));

    CompletableFuture<?> closed =
        stream.closeAsync().thenRun(() -> order.add("closed")).toCompletableFuture();

    assertThat(closed).isCompleted();
    assertThat(reader).isCompleted();
    assertThat(order).containsExactly("reader", "closed");
    assertCursorIsKilled(77);
    assertNothingIsLeft();
    assertThat(stream.closeAsync().toCompletableFuture()).isCompleted();
  }

  @Test
  void nobodyElseCompletesTheEnd() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    stream.closeAsync().toCompletableFuture().cancel(false);

    assertThat(stream.closeAsync().toCompletableFuture()).isCompletedWithValue(null);
  }

  @Test
  void closeAsyncKnowsAStreamThatHasFailed() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<Next<RawBsonDocument>> next = next(stream);
    transport.take("getMore").historyIsLost();
    assertThatThrownBy(next::join).isInstanceOf(CompletionException.class);

    assertThat(stream.closeAsync().toCompletableFuture()).isCompleted();
  }

  @Test
  void pollWaitsForAsLongAsItSays() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openAsync();
    CompletableFuture<Next<RawBsonDocument>> poll =
        stream.poll(Duration.ofMillis(500)).toCompletableFuture();
    ScriptedTransport.Sent getMore = transport.take("getMore");
    transport.advance(Duration.ofMillis(499).toNanos());
    assertThat(poll).isNotDone();

    transport.advance(Duration.ofMillis(1).toNanos());

    assertThat(poll.join()).isInstanceOf(Next.Idle.class);
    assertThat(getMore.abandoned).isFalse();
    getMore.batch(77, "t2", "a");
    assertThat(token(next(stream))).isEqualTo("a");
  }

  // ---------------------------------------------------------------- many events, one stack

  @Test
  void aLoopOverCompletedStagesReadsWhatIsThere() throws Exception {
    AsyncChangeStream<RawBsonDocument> stream = openMany(Runnable::run);

    for (long i = 0; i < MANY; i++) {
      CompletableFuture<Next<RawBsonDocument>> next = next(stream);
      assertThat(next.isDone()).isTrue();
      assertThat(index(next.join())).isEqualTo(i);
    }
    assertThat(next(stream).join()).isEqualTo(new Next.Ended<>(EndReason.INVALIDATED));
  }

  @Test
  void callsFromWithinStagesGetNoDeeperIntoTheStack() throws Exception {
    ExecutorService server = Executors.newSingleThreadExecutor();
    try {
      CompletableFuture<Long> count = new CompletableFuture<>();
      CountDownLatch begun = new CountDownLatch(1);

      AsyncChangeStream<RawBsonDocument> stream = openMany(server);
      server.execute(() -> awaitUninterruptibly(begun)); // Or the first stage is completed at once.
      readOn(stream, new AtomicLong(), count);
      begun.countDown();

      assertThat(count.get(60, TimeUnit.SECONDS)).isEqualTo(MANY);
    } finally {
      server.shutdownNow();
    }
  }

  private static void readOn(
      AsyncChangeStream<RawBsonDocument> stream, AtomicLong seen, CompletableFuture<Long> count) {
    var unused =
        stream
            .next()
            .whenComplete(
                (next, failure) -> {
                  if (failure != null) {
                    count.completeExceptionally(failure);
                  } else if (next instanceof Next.Ended<RawBsonDocument>) {
                    count.complete(seen.get());
                  } else {
                    seen.incrementAndGet();
                    readOn(stream, seen, count);
                  }
                });
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  // ---------------------------------------------------------------- helpers

  private AsyncChangeStream<RawBsonDocument> openAsync() throws Exception {
    CompletableFuture<AsyncChangeStream<RawBsonDocument>> open =
        watch().listener(this::hear).openAsync().toCompletableFuture();
    transport.take("aggregate").batch(77, "t1");
    return open.join();
  }

  private static CompletableFuture<Next<RawBsonDocument>> next(
      AsyncChangeStream<RawBsonDocument> stream) {
    return stream.next().toCompletableFuture();
  }

  private static String token(CompletableFuture<Next<RawBsonDocument>> next) {
    assertThat(next).isCompleted();
    return token(next.join());
  }

  private AsyncChangeStream<RawBsonDocument> openMany(Executor server) throws Exception {
    return ChangeStreams.watch(
            new GeneratingTransport(MANY, MANY, server), WatchTarget.collection("shop", "orders"))
        .openAsync()
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private static long index(Next<RawBsonDocument> next) {
    return GeneratingTransport.indexOf(((Next.Event<RawBsonDocument>) next).value());
  }
}
