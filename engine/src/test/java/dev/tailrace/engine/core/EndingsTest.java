package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a stream ended, in the user's terms: one type for each thing he would do differently. */
class EndingsTest {

  private static final Position POSITION =
      Happenings.positionAfter(/* given= */ null, "aggregate pbrt=P");

  private static final Failure.NoAnswer RESET =
      new Failure.NoAnswer(Outcome.Reason.NETWORK, "reset", new IOException("broken pipe"));

  @ParameterizedTest
  @CsvSource({
    "13, Refused",
    "10334, EventTooLarge",
    "286, HistoryLost",
    "43, Refused",
    "91, Unavailable",
    "10107, Unavailable"
  })
  void aServersErrorHasTheTypeOfWhatItMeans(int code, String type) {
    Ending.Failed ending = (Ending.Failed) Endings.failed(byServer(code), POSITION);

    assertThat(ending.exception().getClass().getSimpleName()).isEqualTo(type);
    assertThat(((ChangeStreamException.Refused) ending.exception()).code()).isEqualTo(code);
    assertThat(ending.exception().resumeToken()).isEqualTo(POSITION.token());
  }

  /** A stream that began anew, and has no token yet. */
  @Test
  void whereNothingElseIsKnownThePlaceThatWasLostIsTold() {
    Position anew =
        POSITION.beginningAnewAt(new StartPoint.AtOperationTime(new BsonTimestamp(5, 1)));

    assertThat(anew.token()).isEmpty();
    assertThat(((Ending.Failed) Endings.failed(RESET, anew)).exception().resumeToken())
        .contains(ResumeToken.ofData("P"));
  }

  @Test
  void whatNobodyAnsweredIsUnreachableForThatReason() {
    Ending.Failed ending = (Ending.Failed) Endings.failed(RESET, POSITION);

    assertThat(ending.exception())
        .isInstanceOf(ChangeStreamException.Unreachable.class)
        .hasMessage("reset")
        .hasCause(RESET.cause());
  }

  @Test
  void whoeverIsNotBelievedIsToldSo() {
    Failure failure =
        new Failure.NoAnswer(Outcome.Reason.NOT_AUTHENTICATED, "wrong password", RESET.cause());

    assertThat(RetryableReads.isRetryable(failure)).isFalse();
    assertThat(RetryableReads.isPassing(failure)).isFalse();
    assertThat(Resumability.isResumable(failure, ResumePolicy.persistent(Duration.ofHours(1))))
        .isFalse();
    assertThat(((Ending.Failed) Endings.failed(failure, POSITION)).exception())
        .isInstanceOf(ChangeStreamException.NotAuthenticated.class)
        .hasMessage("wrong password")
        .hasCause(RESET.cause());
  }

  @Test
  void whatAServerDoesNotDoIsNotThatItIsOutOfReach() {
    Failure failure = new Failure.NoAnswer(Outcome.Reason.NOT_SUPPORTED, "no balancer", null);

    assertThat(((Ending.Failed) Endings.failed(failure, POSITION)).exception())
        .isInstanceOf(ChangeStreamException.NotSupported.class)
        .hasMessage("no balancer");
  }

  @Test
  void aCallThatTookTooLongTellsOfTheLastFailure() {
    Duration second = Duration.ofSeconds(1);

    assertThat(Endings.timedOut(second, POSITION, null))
        .hasMessage("the call took longer than its timeout of PT1S")
        .hasNoCause();
    assertThat(Endings.timedOut(second, POSITION, RESET))
        .hasMessageEndingWith("; the last failure was: reset")
        .hasCause(RESET.cause());
    assertThat(Endings.timedOut(second, POSITION, byServer(50)))
        .hasMessageEndingWith("; the last failure was: a:27017 answered with error 50: no message")
        .hasNoCause();
  }

  /** The whole of an error reply is the user's to read, so the whole of it must be sound. */
  @Test
  void anErrorReplyThatIsBrokenWithinIsNoErrorReply() {
    DocumentSlice sound =
        Conversation.slice(BsonDocument.parse("{info: {a: 1}, ok: 0, code: 13, errmsg: 'no'}"));
    byte[] bytes = sound.buffer().clone();
    int typeOfA = 4 + 6 + 4; // Behind the length, info's type and name, and the inner length.
    bytes[typeOfA] = 0x7E;

    assertThat(CursorReply.read(sound)).isInstanceOf(ServerError.class);
    assertThatThrownBy(() -> CursorReply.read(new DocumentSlice(bytes, 0, bytes.length)))
        .isInstanceOf(MalformedBsonException.class);
  }

  @Test
  void aReplyWithoutABatchSaysWhatItHas() {
    DocumentSlice reply =
        Conversation.slice(BsonDocument.parse("{cursor: {ns: 'shop.orders'}, ok: 1}"));
    DocumentSlice noDot =
        Conversation.slice(
            BsonDocument.parse(
                "{cursor: {id: {$numberLong: '7'}, ns: 'orders', nextBatch: []}, ok: 1}"));

    assertThatThrownBy(() -> CursorReply.read(reply))
        .isInstanceOf(UnexpectedReplyException.class)
        .hasMessageEndingWith("batch missing, id null, ns shop.orders");
    assertThatThrownBy(() -> CursorReply.read(noDot))
        .hasMessageEndingWith("batch there, id 7, ns orders");
  }

  private static Failure.ByServer byServer(int code) {
    return new Failure.ByServer(
        new ServerRef("a:27017", 25, ServerKind.REPLICA_SET_MEMBER),
        new ServerError(code, "", "", Set.of(), new BsonDocument()));
  }
}
