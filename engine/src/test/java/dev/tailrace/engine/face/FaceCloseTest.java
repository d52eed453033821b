package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.undertest.Call;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.engine.face.undertest.StreamUnderTest;
import dev.tailrace.engine.transport.Outcome;
import java.time.Duration;
import org.bson.RawBsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A stream may be closed in every state: whoever waits is free with nothing more from the server,
 * and no time has to pass for it; and nothing is left, here or there.
 */
class FaceCloseTest extends FaceFixture {

  private static final Next<RawBsonDocument> CLOSED = new Next.Ended<>(EndReason.CLOSED);

  @ParameterizedTest
  @EnumSource
  void whileNobodyWaits(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);

    stream.close();

    assertIsClosed(stream);
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void twice(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);

    stream.close();
    stream.close();

    assertCursorIsKilled(77);
    assertNothingIsLeft();
    assertThat(heard).filteredOn(StreamEvent.Ended.class::isInstance).hasSize(1);
  }

  /** An aggregate that is under way may yet make a cursor: its answer is waited for. */
  @ParameterizedTest
  @EnumSource
  void whileTheFirstAggregateRuns(FaceUnderTest face) throws Exception {
    ScriptedTransport.Sent aggregate = withdrawOpen(face);

    assertThat(aggregate.abandoned).isFalse();
    aggregate.batch(77, "t1", "a");
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void whileTheFirstAggregateFails(FaceUnderTest face) throws Exception {
    ScriptedTransport.Sent aggregate = withdrawOpen(face);

    aggregate.fail(Outcome.Reason.NETWORK);

    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void whileAnAggregateIsNeverAnswered(FaceUnderTest face) throws Exception {
    ScriptedTransport.Sent aggregate = withdrawOpen(face);

    transport.advance(ChangeStreamOptions.DEFAULTS.answerTimeout().toNanos());

    assertThat(aggregate.abandoned).isTrue();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void whileAGetMoreRuns(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = stream.next();
    ScriptedTransport.Sent getMore = transport.take("getMore");

    stream.close();

    assertThat(next.get()).isEqualTo(CLOSED);
    assertThat(getMore.abandoned).isTrue();
    getMore.batch(77, "t2", "a"); // It was on its way.
    assertIsClosed(stream);
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t1"));
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void whileAGetMoreRunsAhead(FaceUnderTest face) throws Exception {
    options.prefetch(true);
    StreamUnderTest<RawBsonDocument> stream = open(face);
    takeFirstOf(stream, "a", "b");
    ScriptedTransport.Sent ahead = transport.take("getMore");

    stream.close();

    assertThat(ahead.abandoned).isTrue();
    assertIsClosed(stream);
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("a"));
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void whileThereAreEventsLeft(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    takeFirstOf(stream, "a", "b");

    stream.close();

    assertIsClosed(stream);
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("a"));
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  /** Asks for an event, and loses the connection until there is a pause before the next attempt. */
  private Call<Next<RawBsonDocument>> nextInPause(StreamUnderTest<RawBsonDocument> stream)
      throws InterruptedException {
    Call<Next<RawBsonDocument>> next = nextOverLostConnection(stream);
    transport.take("aggregate").fail(Outcome.Reason.NETWORK);
    transport.take("aggregate").fail(Outcome.Reason.NETWORK); // The retry.
    return next;
  }

  /** No alarm rings then, so nobody would ever end the pause. */
  @ParameterizedTest
  @EnumSource
  void ofTheTransportDuringThePauseBeforeAnAttempt(FaceUnderTest face) throws Exception {
    options.resumePolicy(ResumePolicy.persistent(Duration.ofHours(1)));
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = nextInPause(stream);
    assertThat(transport.underWay()).isEmpty();

    transport.closeTimers();

    ScriptedTransport.Sent last = transport.take("aggregate");
    last.fail(Outcome.Reason.CLOSED);
    assertThatThrownBy(next::get).isInstanceOf(ChangeStreamException.Unreachable.class);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void ofTheTransportBeforeTheConnectionIsLost(FaceUnderTest face) throws Exception {
    options.resumePolicy(ResumePolicy.persistent(Duration.ofHours(1)));
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = stream.next();
    ScriptedTransport.Sent getMore = transport.take("getMore");
    transport.closeTimers();
    getMore.fail(Outcome.Reason.NETWORK);
    assertCursorIsKilled(77);
    for (int i = 0; i < 5; i++) { // Without a pause between them.
      transport.take("aggregate").fail(Outcome.Reason.NETWORK);
    }
    transport.take("aggregate").fail(Outcome.Reason.CLOSED);
    assertThatThrownBy(next::get).isInstanceOf(ChangeStreamException.Unreachable.class);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void duringThePauseBeforeAnAttempt(FaceUnderTest face) throws Exception {
    options.resumePolicy(ResumePolicy.persistent(Duration.ofHours(1)));
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = nextInPause(stream);
    assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Resuming.class);
    assertThat(transport.underWay()).isEmpty();
    assertThat(transport.alarmsSet()).isEqualTo(1);

    stream.close();

    assertThat(next.get()).isEqualTo(CLOSED);
    assertIsClosed(stream);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void whileAnAggregateResumes(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = nextOverLostConnection(stream);
    ScriptedTransport.Sent aggregate = transport.take("aggregate");

    stream.close();

    assertThat(next.get()).isEqualTo(CLOSED);
    assertThat(aggregate.abandoned).isFalse();
    aggregate.batch(78, "t2", "a");
    assertCursorIsKilled(78);
    assertIsClosed(stream);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void fromWhatIsToldOfTheResume(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    onInterrupted = stream::close;
    Call<Next<RawBsonDocument>> next = stream.next();
    transport.take("getMore").fail(Outcome.Reason.NETWORK);

    assertThat(next.get()).isEqualTo(CLOSED);
    assertCursorIsKilled(77);
    transport.take("aggregate").batch(78, "t2", "a"); // It was decided on before the close.
    assertCursorIsKilled(78);
    assertIsClosed(stream);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void whenItIsOverAnyway(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = stream.next();
    transport.take("getMore").events(0, "{_id: {_data: 'i'}, operationType: 'invalidate'}");
    assertThat(token(next)).isEqualTo("i");
    Next<RawBsonDocument> invalidated = stream.next().get();

    stream.close();

    assertThat(stream.next().get()).isEqualTo(invalidated);
    assertNothingIsLeft();
  }

  /** The server that is asked to kill the cursor may be the one that is dead. */
  @ParameterizedTest
  @EnumSource
  void whileTheServerAnswersNothing(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);

    stream.close();

    ScriptedTransport.Sent kill = transport.take("killCursors");
    transport.advance(ChangeStreamOptions.DEFAULTS.answerTimeout().toNanos());
    assertThat(kill.abandoned).isTrue();
    assertNothingIsLeft();
  }

  /** Opens a stream, and waits no longer for the answer to its aggregate, which is under way. */
  private ScriptedTransport.Sent withdrawOpen(FaceUnderTest face) throws InterruptedException {
    Call<?> open = face.open(watch(), heard::add);
    ScriptedTransport.Sent aggregate = transport.take("aggregate");
    withdraw(open);
    return aggregate;
  }

  private void assertIsClosed(StreamUnderTest<RawBsonDocument> stream) throws Exception {
    assertThat(stream.isAlive()).isFalse();
    assertThat(stream.status().phase()).isEqualTo(new StreamStatus.Ended("closed"));
    assertThat(stream.next().get()).isEqualTo(CLOSED);
  }
}
