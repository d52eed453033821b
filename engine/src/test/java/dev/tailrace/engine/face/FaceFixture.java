package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.driver.StreamDriver;
import dev.tailrace.engine.face.undertest.Call;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.engine.face.undertest.StreamUnderTest;
import dev.tailrace.engine.transport.Outcome;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.bson.RawBsonDocument;

/** A scripted transport, and streams of any face on it. Without prefetch, unless a test says. */
abstract class FaceFixture {

  /** Faults and failures are made on purpose here; kept, or a logger forgets its level. */
  private static final List<Logger> QUIET =
      List.of(
          Logger.getLogger(StreamDriver.class.getName()),
          Logger.getLogger(StreamSubscription.class.getName()));

  static {
    QUIET.forEach(logger -> logger.setLevel(Level.OFF));
  }

  final ScriptedTransport transport = new ScriptedTransport();
  final List<StreamEvent> heard = new CopyOnWriteArrayList<>();

  /** Done when a stream tells that it has lost its cursor. */
  volatile Runnable onInterrupted = () -> {};

  /**
   * Done once, when a stream tells that a batch came: its machine has decided then what to answer,
   * and nobody has heard of it yet.
   */
  volatile Runnable onBatch = () -> {};

  final ChangeStreamOptions.Builder options = ChangeStreamOptions.builder().prefetch(false);

  final ChangeStreams<RawBsonDocument> watch() {
    return ChangeStreams.watch(transport, WatchTarget.collection("shop", "orders"))
        .with(options.build());
  }

  /** A stream whose cursor 77 has nothing yet, and whose token is t1. */
  final StreamUnderTest<RawBsonDocument> open(FaceUnderTest face) throws Exception {
    return open(face, watch());
  }

  final <T> StreamUnderTest<T> open(FaceUnderTest face, ChangeStreams<T> watch) throws Exception {
    Call<StreamUnderTest<T>> open = face.open(watch, this::hear);
    transport.take("aggregate").batch(77, "t1");
    return open.get();
  }

  final void hear(StreamEvent event) {
    heard.add(event);
    if (event instanceof StreamEvent.BatchArrived) {
      Runnable once = onBatch;
      onBatch = () -> {};
      once.run();
    }
    if (event instanceof StreamEvent.Interrupted) {
      onInterrupted.run();
    }
  }

  /** Asks for an event, has a getMore bring these, with t2 behind them, and gets the first. */
  final void takeFirstOf(StreamUnderTest<RawBsonDocument> stream, String... tokens)
      throws Exception {
    Call<Next<RawBsonDocument>> next = stream.next();
    transport.take("getMore").batch(77, "t2", tokens);
    assertThat(token(next)).isEqualTo(tokens[0]);
  }

  /** Asks for an event, and loses the connection: the aggregate that resumes is sent. */
  final Call<Next<RawBsonDocument>> nextOverLostConnection(StreamUnderTest<RawBsonDocument> stream)
      throws InterruptedException {
    Call<Next<RawBsonDocument>> next = stream.next();
    transport.take("getMore").fail(Outcome.Reason.NETWORK);
    assertCursorIsKilled(77);
    return next;
  }

  /** An aggregate resumes, and brings the event that is waited for. */
  final void assertIsResumedFor(Call<Next<RawBsonDocument>> next) throws Exception {
    transport.take("aggregate").batch(78, "t2", "a");
    assertThat(token(next)).isEqualTo("a");
  }

  /** Waits no longer for the answer to a call, which says so. */
  static void withdraw(Call<?> call) {
    call.withdraw();
    assertThatThrownBy(call::get)
        .isInstanceOfAny(InterruptedException.class, CancellationException.class);
  }

  /** The next event's token. */
  static String token(Call<Next<RawBsonDocument>> call) throws Exception {
    return token(event(call));
  }

  static String token(Next<RawBsonDocument> next) {
    assertThat(next).isInstanceOf(Next.Event.class);
    return token(((Next.Event<RawBsonDocument>) next).value());
  }

  static String token(RawBsonDocument event) {
    return event.getDocument("_id").getString("_data").getValue();
  }

  static <T> T event(Call<Next<T>> call) throws Exception {
    Next<T> next = call.get();
    assertThat(next).isInstanceOf(Next.Event.class);
    return ((Next.Event<T>) next).value();
  }

  final void assertCursorIsKilled(long cursor) throws InterruptedException {
    ScriptedTransport.Sent kill = transport.take("killCursors");
    assertThat(kill.request.command().getArray("cursors").get(0).asInt64().getValue())
        .isEqualTo(cursor);
    kill.reply("{ok: 1}");
  }

  final void assertNothingIsLeft() {
    assertThat(transport.isQuiet()).as("nothing more was sent").isTrue();
    assertThat(transport.underWay()).isEmpty();
    assertThat(transport.alarmsSet()).as("alarms").isZero();
    assertThat(transport.sessionsOpen).as("sessions").isZero();
  }
}
