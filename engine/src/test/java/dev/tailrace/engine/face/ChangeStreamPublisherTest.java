package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.transport.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a publisher has. What all faces have in common is in {@link FaceContractTest}. */
class ChangeStreamPublisherTest extends PublisherFixture {

  // ---------------------------------------------------------------- cancelling

  @Test
  void cancelledWhileSubscribingNothingIsSent() {
    subscriber.cancelAtOnce = true;
    subscribe();

    assertThat(subscriber.signals).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void aCancelFromASignalIsTheLastOfIt() throws Exception {
    open();
    subscriber.onNext = subscriber::cancel;
    subscriber.request(10);
    transport.take("getMore").batch(77, "t2", "a", "b", "c");

    assertThat(subscriber.signals).containsExactly("a");
    assertThat(subscriber.subscription().resumeToken()).contains(ResumeToken.ofData("a"));
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @Test
  void anEventOnItsWayToOneWhoHasCancelledStaysInFrontOfTheToken() throws Exception {
    open(tasks::add);
    subscriber.request(1);
    runTasks();
    transport.take("getMore").batch(77, "t2", "a");

    subscriber.cancel();
    runTasks();

    assertThat(subscriber.signals).isEmpty();
    assertThat(subscriber.subscription().resumeToken()).contains(ResumeToken.ofData("t1"));
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @Test
  void behindTheEndNothingIsSignalled() throws Exception {
    open();
    subscriber.cancel();
    subscriber.request(1);
    subscriber.request(-1);
    subscriber.cancel();

    assertThat(subscriber.signals).isEmpty();
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  /** Whoever cancels on another thread may be ahead of the open. Both must be seen to. */
  @Test
  void aCancelThatRacesWithTheOpenLeavesNothing() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      for (int i = 0; i < 300; i++) {
        GeneratingTransport server = new GeneratingTransport(1000, 10, Runnable::run);
        RecordingSubscriber one = new RecordingSubscriber();
        CountDownLatch done = new CountDownLatch(1);
        one.onSubscribe =
            () ->
                other.execute(
                    () -> {
                      one.cancel();
                      done.countDown();
                    });
        ChangeStreams.watch(server, WatchTarget.collection("shop", "orders"))
            .publisher()
            .subscribe(one);
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.cursorsOpen()).isZero();
        assertThat(server.sessionsOpen).hasValue(0);
        assertThat(one.subscription().status().phase()).isEqualTo(new StreamStatus.Ended("closed"));
      }
    } finally {
      other.shutdownNow();
    }
  }

  // ---------------------------------------------------------------- subscribers that fail

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSubscriberThatThrowsCountsAsCancelled(boolean error) throws Exception {
    open();
    subscriber.onNext =
        () -> {
          if (error) {
            throw new AssertionError("on purpose");
          }
          throw new IllegalStateException("on purpose");
        };
    subscriber.request(10);
    transport.take("getMore").batch(77, "t2", "a", "b");
    subscriber.request(10);

    assertThat(subscriber.signals).containsExactly("a");
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  /** It may be about another stream altogether. */
  @Test
  void whatASubscriberThrowsIsNotTakenForTheStreamsOwnFailure() throws Exception {
    open();
    subscriber.onNext =
        () -> {
          throw new ChangeStreamException.Unreachable("somebody else's", null, null);
        };
    subscriber.request(10);
    transport.take("getMore").batch(77, "t2", "a", "b");

    assertThat(subscriber.signals).containsExactly("a");
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @Test
  void aSubscriberThatThrowsWhileSubscribingHasNoStream() {
    subscriber.onSubscribe =
        () -> {
          throw new AssertionError("on purpose");
        };
    subscribe();

    assertThat(subscriber.signals).isEmpty();
    assertNothingIsLeft();
  }

  /**
   * Nobody makes a call that could run out of time: the stream itself would, whenever it is idle.
   */
  @Test
  void aTimeoutThatNoIdleGetMoreKeepsIsRefused() {
    ChangeStreamOptions.Builder options =
        ChangeStreamOptions.builder().timeout(Duration.ofSeconds(1));
    var doomed = watch().with(options.build());
    var patient = watch().with(options.maxAwaitTime(Duration.ofMillis(500)).build());
    var endless = watch().with(ChangeStreamOptions.builder().timeout(Duration.ZERO).build());

    assertThatThrownBy(doomed::publisher)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("timeout: expected more than PT1S");
    assertThatThrownBy(() -> doomed.publisherWithProgress(Runnable::run))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(patient.publisher()).isNotNull();
    assertThat(endless.publisher()).isNotNull();
  }

  @Test
  @SuppressWarnings("NullAway") // On purpose.
  void nobodyIsNoSubscriber() {
    assertThatThrownBy(() -> watch().publisher().subscribe(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("subscriber");
    assertNothingIsLeft();
  }

  // ---------------------------------------------------------------- executors

  @Test
  void signalsComeOnTheExecutorOnly() throws Exception {
    open(tasks::add);
    subscriber.request(2);
    runTasks();
    transport.take("getMore").batch(77, "t2", "a", "b");
    assertThat(subscriber.signals).isEmpty();

    runTasks();

    assertThat(subscriber.signals).containsExactly("a", "b");
  }

  /** However many threads the executor has, and ask for more. */
  @Test
  void signalsNeverOverlap() throws Exception {
    int events = 20_000;
    ExecutorService many = Executors.newFixedThreadPool(4);
    try {
      GeneratingTransport server = new GeneratingTransport(events, 13, many);
      CountDownLatch completed = new CountDownLatch(1);
      subscriber.keepsSignals = false;
      subscriber.onComplete = completed::countDown;
      subscriber.onNext = () -> many.execute(() -> subscriber.request(1));
      ChangeStreams.watch(server, WatchTarget.collection("shop", "orders"))
          .publisher(many)
          .subscribe(subscriber);
      subscriber.request(3);

      assertThat(completed.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(subscriber.count).isEqualTo(events);
      assertThat(subscriber.overlaps).hasValue(0);
      assertThat(subscriber.isOrdered).isTrue();
    } finally {
      many.shutdownNow();
    }
  }

  @Test
  void anExecutorThatTakesNoMoreIsAnError() throws Exception {
    List<RejectedExecutionException> refusals = new ArrayList<>();
    open(
        task -> {
          if (!refusals.isEmpty()) {
            throw refusals.get(0);
          }
          task.run();
        });
    subscriber.request(1);
    ScriptedTransport.Sent getMore = transport.take("getMore");
    refusals.add(new RejectedExecutionException("shut down"));

    getMore.batch(77, "t2", "a");

    assertThat(subscriber.signals).containsExactly("error");
    assertThat(subscriber.failure).isSameAs(refusals.get(0));
    assertThat(subscriber.subscription().resumeToken()).contains(ResumeToken.ofData("t1"));
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  // ---------------------------------------------------------------- streams

  @Test
  void eachSubscriberHasAStreamOfItsOwn() throws Exception {
    ChangeStreamPublisher<RawBsonDocument> publisher = watch().publisher();
    RecordingSubscriber other = new RecordingSubscriber();
    publisher.subscribe(subscriber);
    transport.take("aggregate").batch(77, "t1");
    publisher.subscribe(other);
    transport.take("aggregate").batch(78, "t1");
    assertThat(transport.sessionsOpen).isEqualTo(2);

    subscriber.cancel();
    assertCursorIsKilled(77);
    other.request(1);
    transport.take("getMore").batch(78, "t2", "a");

    assertThat(subscriber.signals).isEmpty();
    assertThat(other.signals).containsExactly("a");
  }

  @Test
  void aPublisherMayTellProgressToo() throws Exception {
    List<Object> signals = new ArrayList<>();
    RecordingSubscriber.Of<Next<RawBsonDocument>> both =
        new RecordingSubscriber.Of<>(
            next ->
                signals.add(
                    next instanceof Next.Idle<RawBsonDocument> idle
                        ? idle.progress().resumeToken().orElseThrow()
                        : token(next)));
    watch().publisherWithProgress(Runnable::run).subscribe(both);
    transport.take("aggregate").batch(77, "t1");
    assertThat(signals).as("without demand").isEmpty();

    both.request(3);
    transport.take("getMore").batch(77, "t2");
    transport.take("getMore").batch(77, "t2"); // Has moved nothing.
    transport.take("getMore").batch(77, "t3", "a", "b");

    assertThat(signals).containsExactly(ResumeToken.ofData("t2"), "a", "b");
    assertThat(transport.isQuiet()).isTrue();
  }

  @Test
  void aFailureIsSignalledOnce() throws Exception {
    open();
    subscriber.request(2);
    transport.take("getMore").batch(77, "t2", "a");
    transport.take("getMore").historyIsLost();
    subscriber.request(1);

    assertThat(subscriber.signals).containsExactly("a", "error");
    assertThat(subscriber.failure).isInstanceOf(ChangeStreamException.HistoryLost.class);
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @Test
  void nothingIsResumedWithoutDemand() throws Exception {
    options.prefetch(true);
    open();
    subscriber.request(1);
    transport.take("getMore").batch(77, "t2", "a", "b");
    ScriptedTransport.Sent ahead = transport.take("getMore");
    subscriber.request(1);

    ahead.fail(Outcome.Reason.NETWORK);

    assertThat(subscriber.signals).containsExactly("a", "b");
    assertThat(transport.isQuiet()).isTrue();
    subscriber.request(1);
    assertCursorIsKilled(77);
    transport.take("aggregate").batch(78, "t3", "c");
    assertThat(subscriber.signals).containsExactly("a", "b", "c");
  }
}
