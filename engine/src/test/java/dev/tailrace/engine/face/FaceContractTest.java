package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.undertest.Call;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.engine.face.undertest.StreamUnderTest;
import java.time.Duration;
import java.util.List;
import org.bson.RawBsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every face does, in the same words: events, tokens, errors, faults. */
class FaceContractTest extends FaceFixture {

  @ParameterizedTest
  @EnumSource
  void opensReadsAndMovesItsToken(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    assertThat(stream.isAlive()).isTrue();
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t1"));

    Call<Next<RawBsonDocument>> next = stream.next();
    transport.take("getMore").batch(77, "t2", "a", "b");

    assertThat(token(next)).isEqualTo("a");
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("a"));
    assertThat(token(stream.next())).isEqualTo("b");
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t2"));
    assertThat(transport.isQuiet()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void emptyBatchesMoveTheTokenOfOneWhoWaits(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = stream.next();

    transport.take("getMore").batch(77, "t2");

    ScriptedTransport.Sent getMore = transport.take("getMore");
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t2"));
    assertThat(next.isAnswered()).isFalse();
    getMore.batch(77, "t3", "a");
    assertThat(token(next)).isEqualTo("a");
  }

  // ---------------------------------------------------------------- failures

  @ParameterizedTest
  @EnumSource
  void aStreamThatCannotBeOpenedSaysWhyAndLeavesNothing(FaceUnderTest face) throws Exception {
    Call<?> open = face.open(watch(), heard::add);
    transport.take("aggregate").reply("{ok: 0, code: 40324, errmsg: 'no such stage'}");

    assertThatThrownBy(open::get)
        .isInstanceOf(ChangeStreamException.Refused.class)
        .hasMessageContainingAll("40324", "no such stage", "a:27017");
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void aFailureIsSeenByEveryLaterCall(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<?> next = stream.next();
    transport.take("getMore").historyIsLost();

    for (Call<?> call : List.of(next, stream.next(), stream.next())) {
      assertThatThrownBy(call::get)
          .isInstanceOfSatisfying(
              ChangeStreamException.HistoryLost.class,
              lost -> assertThat(lost.resumeToken()).contains(ResumeToken.ofData("t1")));
    }
    assertThat(stream.isAlive()).isFalse();
    assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Ended.class);
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void aLostConnectionIsNotSeen(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = nextOverLostConnection(stream);

    assertIsResumedFor(next);
  }

  @ParameterizedTest
  @EnumSource(names = {"BLOCKING", "ASYNC"})
  void aCallThatRunsOutOfTimeSaysSoAndTheNextOneGoesOn(FaceUnderTest face) throws Exception {
    options.timeout(Duration.ofSeconds(5));
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<?> late = stream.next();
    ScriptedTransport.Sent getMore = transport.take("getMore");

    transport.advance(Duration.ofSeconds(5).toNanos());

    assertThatThrownBy(late::get).isInstanceOf(ChangeStreamException.TimedOut.class);
    assertThat(getMore.abandoned).isTrue();
    assertThat(stream.isAlive()).isTrue();
    assertCursorIsKilled(77);
    Call<Next<RawBsonDocument>> next = stream.next();
    assertIsResumedFor(next);
  }

  /** A subscriber's demand is no call: what runs out of time is an exchange. */
  @ParameterizedTest
  @EnumSource(names = "FLOW")
  void demandDoesNotRunOutOfTime(FaceUnderTest face) throws Exception {
    options.timeout(Duration.ofSeconds(5));
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = stream.next();
    transport.take("getMore");

    transport.advance(Duration.ofSeconds(5).toNanos());

    assertCursorIsKilled(77);
    assertIsResumedFor(next);
  }

  @ParameterizedTest
  @EnumSource
  void anOpenThatRunsOutOfTimeLeavesNothing(FaceUnderTest face) throws Exception {
    options.timeout(Duration.ofSeconds(5));
    Call<?> open = face.open(watch(), heard::add);
    ScriptedTransport.Sent aggregate = transport.take("aggregate");

    transport.advance(Duration.ofSeconds(5).toNanos());

    assertThatThrownBy(open::get).isInstanceOf(ChangeStreamException.TimedOut.class);
    aggregate.batch(77, "t1");
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  // ---------------------------------------------------------------- faults

  /** Whatever is wrong, nobody waits for ever, and as little as can be is left behind. */
  @ParameterizedTest
  @EnumSource
  void aFaultOfTheEnginesFreesWhoeverWaitsAndIsTheEnd(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<?> next = stream.next();
    ScriptedTransport.Sent getMore = transport.take("getMore");
    Error fault = new AssertionError("on purpose");
    transport.failClockOnce = fault;

    getMore.batch(77, "t2", "a");

    for (Call<?> call : List.of(next, stream.next(), stream.next())) {
      assertThatThrownBy(call::get)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the engine is at fault")
          .hasCause(fault);
    }
    assertThat(stream.isAlive()).isFalse();
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t1"));
    assertThat(stream.status().phase())
        .isEqualTo(new StreamStatus.Ended("the engine is at fault: " + fault));
    assertThat(heard).last().isInstanceOf(StreamEvent.Ended.class);
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void aFaultAtTheVeryCallIsToldToo(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    transport.failClockOnce = new AssertionError("on purpose");

    assertThatThrownBy(stream.next()::get).isInstanceOf(IllegalStateException.class);
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  /** The event was handed over already, and then nobody got it. */
  @ParameterizedTest
  @EnumSource
  void aFaultLeavesTheTokenInFrontOfTheEventThatItTookAway(FaceUnderTest face) throws Exception {
    options.prefetch(true);
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<?> next = stream.next();
    ScriptedTransport.Sent getMore = transport.take("getMore");
    transport.failSendOnce = new AssertionError("on purpose"); // At the getMore that goes ahead.

    getMore.batch(77, "t2", "a", "b");

    assertThatThrownBy(next::get).isInstanceOf(IllegalStateException.class);
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t1"));
    assertThat(stream.status().progress().resumeToken()).contains(ResumeToken.ofData("t1"));
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void aTransportThatThrowsIsABrokenNetwork(FaceUnderTest face) {
    transport.failSends = new IllegalStateException("no such transport");

    assertThatThrownBy(face.open(watch(), heard::add)::get)
        .isInstanceOf(ChangeStreamException.Unreachable.class)
        .hasMessageContaining("no such transport");
  }

  @ParameterizedTest
  @EnumSource
  void aTransportThatGivesNoSessionIsNoStream(FaceUnderTest face) {
    transport.failSessions = new IllegalStateException("closed");

    assertThatThrownBy(face.open(watch(), heard::add)::get).hasMessage("closed");
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void whatTheListenerThrowsHarmsNothing(FaceUnderTest face) throws Exception {
    Call<StreamUnderTest<RawBsonDocument>> open =
        face.open(
            watch(),
            event -> {
              throw new AssertionError("on purpose: " + event);
            });
    transport.take("aggregate").batch(77, "t1");
    StreamUnderTest<RawBsonDocument> stream = open.get();
    Call<Next<RawBsonDocument>> next = stream.next();
    transport.take("getMore").batch(77, "t2", "a");

    assertThat(token(next)).isEqualTo("a");
    stream.close();
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  // ---------------------------------------------------------------- prefetch

  @ParameterizedTest
  @EnumSource
  void theNextGetMoreGoesOutAheadWhereNobodyWouldWaitForIt(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream =
        open(face, watch().with(ChangeStreamOptions.DEFAULTS));
    takeFirstOf(stream, "a", "b");
    assertThat(transport.isQuiet()).isEqualTo(!face.prefetches());

    if (face.prefetches()) {
      transport.take("getMore").batch(77, "t3", "c");
      assertThat(stream.resumeToken()).contains(ResumeToken.ofData("a"));
    }
    assertThat(token(stream.next())).isEqualTo("b");
    Call<Next<RawBsonDocument>> third = stream.next();
    if (!face.prefetches()) {
      transport.take("getMore").batch(77, "t3", "c");
    }
    assertThat(token(third)).isEqualTo("c");
  }

  /** A failure that came ahead waits for its turn. */
  @ParameterizedTest
  @EnumSource
  void whatCameAheadOvertakesNoEvent(FaceUnderTest face) throws Exception {
    options.prefetch(true);
    StreamUnderTest<RawBsonDocument> stream = open(face);
    takeFirstOf(stream, "a", "b");
    transport.take("getMore").historyIsLost();

    assertThat(stream.isAlive()).isTrue();
    assertThat(token(stream.next())).isEqualTo("b");
    assertThatThrownBy(stream.next()::get).isInstanceOf(ChangeStreamException.HistoryLost.class);
  }
}
