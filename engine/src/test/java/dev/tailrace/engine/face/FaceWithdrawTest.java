package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.face.undertest.Call;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.engine.face.undertest.StreamUnderTest;
import dev.tailrace.engine.transport.Outcome;
import java.time.Duration;
import org.bson.RawBsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whoever waits may wait no longer: an interrupted thread, a cancelled stage, a cancelled
 * subscription. No event is lost by it, and the token stays in front of those nobody has.
 */
class FaceWithdrawTest extends FaceFixture {

  @ParameterizedTest
  @EnumSource(names = {"BLOCKING", "ASYNC"})
  void theNextCallHasWhatTheOneBeforeWaitedFor(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    ScriptedTransport.Sent getMore = withdrawNext(stream);
    assertThat(stream.isAlive()).isTrue();
    assertThat(getMore.abandoned).isFalse();

    getMore.batch(77, "t2", "a", "b");

    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t1"));
    assertThat(token(stream.next())).isEqualTo("a");
    assertThat(token(stream.next())).isEqualTo("b");
  }

  @ParameterizedTest
  @EnumSource(names = {"BLOCKING", "ASYNC"})
  void aCallMayWaitForTheGetMoreOfOneThatWasWithdrawn(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    ScriptedTransport.Sent getMore = withdrawNext(stream);

    Call<Next<RawBsonDocument>> next = stream.next();
    getMore.batch(77, "t2", "a");

    assertThat(token(next)).isEqualTo("a");
    assertThat(transport.isQuiet()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"BLOCKING", "ASYNC"})
  void nothingIsResumedForNobody(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    ScriptedTransport.Sent getMore = withdrawNext(stream);

    getMore.fail(Outcome.Reason.NETWORK);

    assertCursorIsKilled(77);
    assertThat(transport.isQuiet()).isTrue();
    Call<Next<RawBsonDocument>> next = stream.next();
    assertIsResumedFor(next);
  }

  @ParameterizedTest
  @EnumSource(names = {"BLOCKING", "ASYNC"})
  void aResumeThatIsUnderWayIsThereForTheNextCall(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = nextOverLostConnection(stream);
    ScriptedTransport.Sent aggregate = transport.take("aggregate");
    withdraw(next);

    aggregate.batch(78, "t2", "a");

    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t1"));
    assertThat(token(stream.next())).isEqualTo("a");
  }

  @ParameterizedTest
  @EnumSource(names = "FLOW")
  void aCancelledSubscriptionIsAClosedStream(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    ScriptedTransport.Sent getMore = withdrawNext(stream);

    assertThat(getMore.abandoned).isTrue();
    getMore.batch(77, "t2", "a");
    assertThat(stream.isAlive()).isFalse();
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("t1"));
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  // ---------------------------------------------------------------- tryNext

  @ParameterizedTest
  @EnumSource(names = {"BLOCKING", "ASYNC"})
  void tryNextMakesOneRound(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);

    Call<Next<RawBsonDocument>> idle = stream.tryNext();
    transport.take("getMore").batch(77, "t2");
    assertThat(idle.get())
        .isInstanceOfSatisfying(
            Next.Idle.class,
            next -> assertThat(next.progress().resumeToken()).contains(ResumeToken.ofData("t2")));

    Call<Next<RawBsonDocument>> event = stream.tryNext();
    transport.take("getMore").batch(77, "t3", "a");
    assertThat(token(event)).isEqualTo("a");
    assertThat(transport.isQuiet()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"BLOCKING", "ASYNC"})
  void tryNextResumesOnce(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> call = stream.tryNext();
    transport.take("getMore").fail(Outcome.Reason.NETWORK);
    assertCursorIsKilled(77);
    transport.take("aggregate").batch(78, "t2");

    assertThat(call.get()).isInstanceOf(Next.Idle.class);
    assertThat(transport.isQuiet()).isTrue();
    assertThat(stream.isAlive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"BLOCKING", "ASYNC"})
  void tryNextKnowsTheEnd(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> call = stream.tryNext();
    transport.take("getMore");

    stream.close();

    assertThat(call.get()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));
    assertThat(stream.tryNext().get()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));
  }

  @ParameterizedTest
  @EnumSource(names = {"BLOCKING", "ASYNC"})
  void tryNextIsBackWhenItsServerIsDead(FaceUnderTest face) throws Exception {
    options.answerTimeout(Duration.ofSeconds(7));
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> call = stream.tryNext();
    transport.take("getMore");

    transport.advance(
        Duration.ofSeconds(8).toNanos()); // One second is for the server to sit on it.
    assertCursorIsKilled(77);

    assertIsResumedFor(call);
  }

  private ScriptedTransport.Sent withdrawNext(StreamUnderTest<RawBsonDocument> stream)
      throws Exception {
    Call<Next<RawBsonDocument>> next = stream.next();
    ScriptedTransport.Sent getMore = transport.take("getMore");
    withdraw(next);
    return getMore;
  }
}
