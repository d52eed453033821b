package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.transport.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BlockingChangeStreamTest {

  private final ScriptedTransport transport = new ScriptedTransport();
  private final List<StreamEvent> heard = new ArrayList<>();
  private ChangeStreams<RawBsonDocument> watch =
      ChangeStreams.watch(transport, WatchTarget.collection("shop", "orders")).listener(heard::add);

  @Test
  void opensReadsAndMovesItsToken() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t1"));
    assertThat(stream.isAlive()).isTrue();

    Running<Next<RawBsonDocument>> next = run(stream::next);
    transport.take("getMore").batch(77, "t2", "a", "b");

    assertThat(token(next.get())).isEqualTo("a");
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("a"));
    assertThat(token(stream.tryNext())).isEqualTo("b");
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t2"));
  }

  @Test
  void aStreamThatCannotBeOpenedThrowsAndLeavesNothing() throws Exception {
    Running<?> open = run(watch::open);
    transport.take("aggregate").reply("{ok: 0, code: 40324, errmsg: 'no such stage'}");

    assertThatThrownBy(open::get)
        .isInstanceOf(ChangeStreamException.Refused.class)
        .hasMessageContainingAll("40324", "no such stage", "a:27017");
    assertThat(transport.sessionsOpen).isZero();
    assertThat(transport.alarmsSet()).isZero();
  }

  @Test
  void interruptingTheOpenLeavesNothingOpen() throws Exception {
    Running<?> open = run(watch::open);
    ScriptedTransport.Sent aggregate = transport.take("aggregate");
    open.thread.interrupt();

    assertThatThrownBy(open::get).isInstanceOf(InterruptedException.class);
    aggregate.batch(77, "t1");
    transport.take("killCursors");
    assertThat(transport.sessionsOpen).isZero();
  }

  @Test
  void interruptingAReaderLosesNothing() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    Running<?> next = run(stream::next);
    ScriptedTransport.Sent getMore = transport.take("getMore");
    next.thread.interrupt();
    assertThatThrownBy(next::get).isInstanceOf(InterruptedException.class);

    assertThat(stream.isAlive()).isTrue();
    assertThat(getMore.abandoned).isFalse();
    getMore.batch(77, "t2", "a");
    assertThat(token(stream.next())).isEqualTo("a");
  }

  @Test
  void anEventThatComesWithTheInterruptIsReturned() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    transport.interruptAfter = () -> answerGetMore("a");

    assertThat(token(stream.next())).isEqualTo("a");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void pollRefusesWhatIsNoTimeAndTheStreamGoesOn() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();

    assertThatThrownBy(() -> stream.poll(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("time");

    Running<Next<RawBsonDocument>> next = run(stream::next);
    answerGetMore("a");
    assertThat(token(next.get())).isEqualTo("a");
  }

  @Test
  void aTransportThatFailsWhileItWaitsLosesNoEvent() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    transport.interruptAfter =
        () -> {
          answerGetMore("a");
          throw new IllegalStateException("broken");
        };

    assertThatThrownBy(stream::next).hasMessage("broken");

    transport.interruptAfter = null;
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t1"));
    assertThat(token(stream.next())).isEqualTo("a");
  }

  @Test
  void closeFreesAReaderFromAnotherThread() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    Running<Next<RawBsonDocument>> next = run(stream::next);
    ScriptedTransport.Sent getMore = transport.take("getMore");

    stream.close();

    assertThat(next.get()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));
    assertThat(getMore.abandoned).isTrue();
    transport.take("killCursors").reply("{ok: 1}");
    assertThat(stream.isAlive()).isFalse();
    assertThat(stream.next()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));
    assertThat(stream.tryNext()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));
    stream.close();
    assertThat(transport.isQuiet()).isTrue();
    assertThat(transport.sessionsOpen).isZero();
    assertThat(transport.alarmsSet()).isZero();
  }

  @Test
  void closeInTheMiddleOfAResumeFreesTheReaderAndKillsTheNewCursor() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    Running<Next<RawBsonDocument>> next = run(stream::next);
    transport.take("getMore").fail(Outcome.Reason.NETWORK);
    transport.take("killCursors");
    ScriptedTransport.Sent aggregate = transport.take("aggregate");

    stream.close();

    assertThat(next.get()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));
    assertThat(aggregate.abandoned).isFalse();
    aggregate.batch(78, "t1");
    assertThat(transport.take("killCursors").request.command().toJson()).contains("78");
  }

  @Test
  void whileOneThreadWaitsAnotherFindsNothing() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    Running<Next<RawBsonDocument>> next = run(stream::next);
    ScriptedTransport.Sent getMore = transport.take("getMore");

    assertThat(stream.tryNext()).isInstanceOf(Next.Idle.class);
    assertThat(stream.poll(Duration.ZERO)).isInstanceOf(Next.Idle.class);

    getMore.batch(77, "t2", "a");
    assertThat(token(next.get())).isEqualTo("a");
  }

  @Test
  void aFailedStreamThrowsEveryTime() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    Running<?> next = run(stream::next);
    transport.take("getMore").historyIsLost();

    assertThatThrownBy(next::get)
        .isInstanceOfSatisfying(
            ChangeStreamException.HistoryLost.class,
            lost -> {
              assertThat(lost.resumeToken()).contains(ResumeToken.ofData("t1"));
              assertThat(lost.code()).isEqualTo(286);
              assertThat(lost.codeName()).isEqualTo("ChangeStreamHistoryLost");
              assertThat(lost.errorLabels()).isEmpty();
            });
    assertThatThrownBy(stream::tryNext).isInstanceOf(ChangeStreamException.HistoryLost.class);
    assertThatThrownBy(() -> stream.iterator().hasNext())
        .isInstanceOf(ChangeStreamException.HistoryLost.class);
    assertThat(stream.isAlive()).isFalse();
  }

  @Test
  void aGetMoreThatIsNeverAnsweredIsGivenUpAndTheStreamResumes() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    Running<Next<RawBsonDocument>> next = run(stream::next);
    ScriptedTransport.Sent getMore = transport.take("getMore");

    transport.advance(ChangeStreamOptions.DEFAULTS.answerTimeout().plusSeconds(1).toNanos());

    transport.take("killCursors");
    assertThat(getMore.abandoned).isTrue();
    transport.take("aggregate").batch(78, "t2", "a");
    assertThat(token(next.get())).isEqualTo("a");
    assertThat(heard.stream().map(event -> event.getClass().getSimpleName()))
        .containsExactly(
            "Opened", "BatchArrived", "Progressed", "Interrupted", "Resumed", "BatchArrived");
  }

  @Test
  void aKillCursorsThatIsNeverAnsweredIsGivenUp() throws Exception {
    open().close();
    ScriptedTransport.Sent killCursors = transport.take("killCursors");

    transport.advance(ChangeStreamOptions.DEFAULTS.answerTimeout().toNanos());

    assertThat(killCursors.abandoned).isTrue();
    assertThat(transport.alarmsSet()).isZero();
  }

  @Test
  void whatTheListenerThrowsIsNoFaultOfTheStreams() throws Exception {
    watch =
        watch.listener(
            event -> {
              throw new AssertionError("on purpose: " + event);
            });
    BlockingChangeStream<RawBsonDocument> stream = open();
    Running<Next<RawBsonDocument>> next = run(stream::next);
    transport.take("getMore").batch(77, "t2", "a");

    assertThat(token(next.get())).isEqualTo("a");
    stream.close();
    transport.take("killCursors");
    assertThat(stream.isAlive()).isFalse();
  }

  /** Whatever is wrong, nobody waits for ever, and as little as can be is left behind. */
  @Test
  void aFaultOfTheEnginesFreesTheReaderAndTheServer() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    Running<?> next = run(stream::next);
    ScriptedTransport.Sent getMore = transport.take("getMore");
    Error fault = new AssertionError("on purpose");
    transport.failClockOnce = fault;

    getMore.batch(77, "t2");

    assertThatThrownBy(next::get)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the engine is at fault")
        .hasCause(fault);
    assertThat(stream.isAlive()).isFalse();
    transport.take("killCursors");
    assertThat(transport.sessionsOpen).isZero();
  }

  /** A server may keep the cursor open behind an invalidate for as long as one more getMore. */
  @Test
  void behindAnInvalidateALostConnectionIsTheEnd() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    Running<Next<RawBsonDocument>> invalidate = run(stream::next);
    transport
        .take("getMore")
        .reply(
            """
            {cursor: {nextBatch: [{_id: {_data: 'i'}, operationType: 'invalidate'}],
                      id: {$numberLong: '77'}, ns: 'shop.orders'}, ok: 1}
            """);
    assertThat(token(invalidate.get())).isEqualTo("i");

    Running<Next<RawBsonDocument>> next = run(stream::next);
    transport.take("getMore").fail(Outcome.Reason.NETWORK);

    assertThat(next.get()).isEqualTo(new Next.Ended<>(EndReason.INVALIDATED));
  }

  @Test
  void aLoopEndsWithTheStream() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    Running<List<String>> loop =
        run(
            () -> {
              List<String> tokens = new ArrayList<>();
              for (RawBsonDocument event : stream) {
                tokens.add(event.getDocument("_id").getString("_data").getValue());
              }
              return tokens;
            });
    transport.take("getMore").batch(77, "t2", "a");
    transport.take("getMore").batch(0, "invalidate", "b", "invalidate");

    assertThat(loop.get()).containsExactly("a", "b", "invalidate");
    assertThat(stream.next()).isEqualTo(new Next.Ended<>(EndReason.INVALIDATED));
    Iterator<RawBsonDocument> atTheEnd = stream.iterator();
    assertThatThrownBy(atTheEnd::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void aLoopEndsWhenItsThreadIsInterrupted() throws Exception {
    BlockingChangeStream<RawBsonDocument> stream = open();
    Running<Boolean> loop =
        run(
            () -> {
              for (RawBsonDocument event : stream) {
                throw new AssertionError("an event: " + event);
              }
              return Thread.interrupted();
            });
    transport.take("getMore");
    loop.thread.interrupt();

    assertThat(loop.get()).isTrue();
    assertThat(stream.isAlive()).isTrue();
  }

  @Test
  void aListenerMayThrowOrCloseTheStream() throws Exception {
    AtomicReference<@Nullable BlockingChangeStream<?>> opened = new AtomicReference<>();
    Running<BlockingChangeStream<RawBsonDocument>> open =
        run(
            watch.listener(
                    event -> {
                      BlockingChangeStream<?> stream = opened.get();
                      if (stream != null) {
                        stream.close();
                      }
                      throw new IllegalStateException("the listener's own trouble");
                    })
                ::open);
    transport.take("aggregate").batch(77, "t1");
    BlockingChangeStream<RawBsonDocument> stream = open.get();
    opened.set(stream);

    Running<Next<RawBsonDocument>> next = run(stream::next);
    transport.take("getMore").batch(77, "t2", "a");

    assertThat(token(next.get())).isEqualTo("a");
    assertThat(stream.next()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));
  }

  @Test
  void aTransportThatThrowsIsABrokenNetwork() throws Exception {
    transport.failSends = new IllegalStateException("no such transport");

    assertThatThrownBy(watch::open)
        .isInstanceOf(ChangeStreamException.Unreachable.class)
        .hasMessageContaining("no such transport");
  }

  @Test
  void theUsersOwnSessionIsUsedAndOutlivesTheStream() throws Exception {
    BsonDocument own = BsonDocument.parse("{id: 'my own'}");
    Running<BlockingChangeStream<RawBsonDocument>> open =
        run(watch.with(ChangeStreamOptions.builder().session(own).build())::open);
    ScriptedTransport.Sent aggregate = transport.take("aggregate");
    assertThat(aggregate.request.command().get("lsid")).isEqualTo(own);
    aggregate.batch(77, "t1");
    open.get().close();

    assertThat(transport.take("killCursors").request.command().get("lsid")).isEqualTo(own);
    assertThat(transport.sessionsOpen).isZero();
  }

  private BlockingChangeStream<RawBsonDocument> open() throws Exception {
    Running<BlockingChangeStream<RawBsonDocument>> open = run(watch::open);
    transport.take("aggregate").batch(77, "t1");
    return open.get();
  }

  private void answerGetMore(String token) {
    try {
      transport.take("getMore").batch(77, "t3", token);
    } catch (InterruptedException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  private static String token(Next<RawBsonDocument> next) {
    assertThat(next).isInstanceOf(Next.Event.class);
    RawBsonDocument event = ((Next.Event<RawBsonDocument>) next).value();
    return event.getDocument("_id").getString("_data").getValue();
  }

  private static <T> Running<T> run(Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread thread = new Thread(future);
    thread.setDaemon(true);
    thread.start();
    return new Running<>(future, thread);
  }

  /** A call on a thread of its own. */
  private record Running<T>(FutureTask<T> future, Thread thread) {

    T get() throws Exception {
      try {
        return future.get(20, TimeUnit.SECONDS);
      } catch (ExecutionException failed) {
        throw failed.getCause() instanceof Exception cause ? cause : failed;
      }
    }
  }
}
