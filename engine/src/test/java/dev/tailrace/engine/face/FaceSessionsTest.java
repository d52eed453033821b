package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.Next;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.undertest.Call;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.engine.face.undertest.StreamUnderTest;
import dev.tailrace.engine.transport.Outcome;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The session that all commands of a stream carry, and the status on its way through life. */
class FaceSessionsTest extends FaceFixture {

  @ParameterizedTest
  @EnumSource
  void aStreamHasOneSessionOfItsOwn(FaceUnderTest face) throws Exception {
    assertThat(sessionsOfALife(face))
        .hasSize(5)
        .containsOnly(BsonDocument.parse("{id: 'session'}"));

    assertThat(transport.sessionsStarted).isEqualTo(1);
    assertThat(transport.sessionsEnded).isEqualTo(1);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void theUsersOwnSessionIsUsedAndOutlivesTheStream(FaceUnderTest face) throws Exception {
    BsonDocument own = BsonDocument.parse("{id: 'my own'}");
    options.session(own);

    assertThat(sessionsOfALife(face)).hasSize(5).containsOnly(own);

    assertThat(transport.sessionsStarted).isZero();
    assertThat(transport.sessionsEnded).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatFailsGivesItsSessionBackOnce(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<?> next = stream.next();
    transport.take("getMore").historyIsLost();
    assertThatThrownBy(next::get).isInstanceOf(RuntimeException.class);
    stream.close();

    assertThat(transport.sessionsEnded).isEqualTo(1);
  }

  /** A transport may be closed already: that changes nothing about how the stream ended. */
  @ParameterizedTest
  @EnumSource
  void aSessionThatIsNotTakenBackHarmsNothing(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = stream.next();
    transport.take("getMore");
    transport.failSessions = new IllegalStateException("closed");

    stream.close();

    assertThat(next.get()).isInstanceOf(Next.Ended.class);
    assertCursorIsKilled(77);
    assertThat(stream.status().phase()).isEqualTo(new StreamStatus.Ended("closed"));
    assertThat(transport.alarmsSet()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void theStatusTellsALife(FaceUnderTest face) throws Exception {
    options.stalledAfter(Duration.ofSeconds(30)).answerTimeout(Duration.ofMinutes(10));
    StreamUnderTest<RawBsonDocument> stream = open(face);
    assertThat(stream.status().phase()).isEqualTo(new StreamStatus.Idle());

    Call<Next<RawBsonDocument>> next = stream.next();
    ScriptedTransport.Sent getMore = transport.take("getMore");
    transport.advance(Duration.ofSeconds(32).toNanos());
    assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Stalled.class);

    getMore.fail(Outcome.Reason.NETWORK);
    assertCursorIsKilled(77);
    assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Resuming.class);
    transport
        .take("aggregate")
        .reply(
            """
            {cursor: {firstBatch: [{_id: {_data: 'a'}}, {_id: {_data: 'b'}}],
                      id: {$numberLong: '78'}, ns: 'shop.orders'},
             operationTime: {$timestamp: {t: 100, i: 1}}, ok: 1}
            """);
    assertThat(token(next)).isEqualTo("a");
    assertThat(stream.status().phase()).isEqualTo(new StreamStatus.Live());
    assertThat(stream.status().progress().resumeToken()).isEqualTo(stream.resumeToken());
    assertThat(stream.status().progress().operationTime())
        .hasValueSatisfying(time -> assertThat(time.getTime()).isEqualTo(100));

    stream.close();
    assertThat(stream.status().phase()).isEqualTo(new StreamStatus.Ended("closed"));
  }

  /** What aggregate, getMore, killCursors, the aggregate that resumes and killCursors carry. */
  private List<BsonDocument> sessionsOfALife(FaceUnderTest face) throws Exception {
    Call<StreamUnderTest<RawBsonDocument>> open = face.open(watch(), heard::add);
    ScriptedTransport.Sent aggregate = transport.take("aggregate");
    aggregate.batch(77, "t1");
    StreamUnderTest<RawBsonDocument> stream = open.get();
    Call<Next<RawBsonDocument>> next = stream.next();
    ScriptedTransport.Sent getMore = transport.take("getMore");
    getMore.fail(Outcome.Reason.NETWORK);
    ScriptedTransport.Sent kill = transport.take("killCursors");
    kill.reply("{ok: 1}");
    ScriptedTransport.Sent resume = transport.take("aggregate");
    resume.batch(78, "t2", "a");
    assertThat(token(next)).isEqualTo("a");
    stream.close();
    ScriptedTransport.Sent lastKill = transport.take("killCursors");
    lastKill.reply("{ok: 1}");
    return List.of(aggregate, getMore, kill, resume, lastKill).stream()
        .map(sent -> sent.request.command().getDocument("lsid"))
        .toList();
  }
}
