package dev.tailrace.conformance.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.conformance.support.FacedStream;
import dev.tailrace.conformance.support.VirtualStage;
import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.HistoryLostPolicy;
import dev.tailrace.engine.HistoryLostPolicy.Restart;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oplog no longer reaches back to where the stream has to go on. */
@Timeout(60)
class HistoryLostTest {

  private static final int HISTORY_LOST = 286;

  @ParameterizedTest
  @EnumSource
  void itEndsTheStreamUnlessToldOtherwise(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1)) {
      FacedStream<RawBsonDocument> stream = open(face, stage, HistoryLostPolicy.fail());
      ResumeToken last = readOneAndLoseTwo(stage, stream);

      var failure =
          assertThatExceptionOfType(ChangeStreamException.HistoryLost.class)
              .isThrownBy(stream::next)
              .actual();

      assertThat(failure.code()).isEqualTo(HISTORY_LOST);
      assertThat(failure.resumeToken()).contains(last);
      assertThat(decisions(stage)).containsExactly(Restart.NOT_AT_ALL);
      assertThat(stream.isAlive()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theStreamGoesOnFromNow(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1);
        var stream = open(face, stage, HistoryLostPolicy.restartNow())) {
      readOneAndLoseTwo(stage, stream);
      stage.insertAfter(Duration.ofSeconds(30), "{_id: 4}");

      assertThat(idOf(stream.next())).isEqualTo(4);

      assertThat(decisions(stage)).containsExactly(Restart.NOW);
    }
  }

  /** The server has lost the token, and not the time of it. */
  @ParameterizedTest
  @EnumSource
  void theStreamGoesOnFromTheTimeOfItsToken(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1);
        var stream = open(face, stage, HistoryLostPolicy.restartAtTokenTime())) {
      stage.insert("{_id: 1}");
      assertThat(idOf(stream.next())).isEqualTo(1);
      stage.insert("{_id: 2}");
      stage.set().killCursors();
      stage.set().faults().on("aggregate").fail(HISTORY_LOST);

      int id = idOf(stream.next());
      if (id == 1) { // What came at that very time may come again.
        id = idOf(stream.next());
      }

      assertThat(id).isEqualTo(2);
      assertThat(decisions(stage)).containsExactly(Restart.AT_TOKEN_TIME);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamEndsWhoseTokensTimeIsGoneAsWell(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1)) {
      FacedStream<RawBsonDocument> stream =
          open(face, stage, HistoryLostPolicy.restartAtTokenTime());
      readOneAndLoseTwo(stage, stream);

      assertThatExceptionOfType(ChangeStreamException.HistoryLost.class).isThrownBy(stream::next);

      assertThat(decisions(stage)).containsExactly(Restart.AT_TOKEN_TIME, Restart.NOT_AT_ALL);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoeverIsAskedIsGivenTheLastTokenAndItsTime(FaceUnderTest face) throws InterruptedException {
    List<ChangeStreamException.HistoryLost> asked = new ArrayList<>();
    HistoryLostPolicy ask =
        HistoryLostPolicy.ask(
            lost -> {
              asked.add(lost);
              return Restart.NOW;
            });
    try (VirtualStage stage = new VirtualStage(1);
        var stream = open(face, stage, ask)) {
      ResumeToken last = readOneAndLoseTwo(stage, stream);
      stage.insertAfter(Duration.ofSeconds(30), "{_id: 4}");

      assertThat(idOf(stream.next())).isEqualTo(4);

      assertThat(asked)
          .singleElement()
          .satisfies(
              lost -> {
                assertThat(lost.resumeToken()).contains(last);
                assertThat(lost.clusterTime()).isPresent();
              });
    }
  }

  private static FacedStream<RawBsonDocument> open(
      FaceUnderTest face, VirtualStage stage, HistoryLostPolicy policy)
      throws InterruptedException {
    return stage.open(
        face, stage.streams(ChangeStreamOptions.builder().historyLostPolicy(policy).build()));
  }

  /** Gives the token behind what was read. */
  private static ResumeToken readOneAndLoseTwo(
      VirtualStage stage, FacedStream<RawBsonDocument> stream) throws InterruptedException {
    stage.insert("{_id: 1}");
    assertThat(idOf(stream.next())).isEqualTo(1);
    stage.insert("{_id: 2}", "{_id: 3}");
    stage.run("{insert: 'others', documents: [{_id: 1}]}");
    stage.set().killCursors();
    stage.set().truncateOplog();
    return stream.resumeToken().orElseThrow();
  }

  private static List<Restart> decisions(VirtualStage stage) {
    return stage.life(StreamEvent.HistoryLost.class).stream()
        .map(StreamEvent.HistoryLost::decision)
        .toList();
  }

  private static int idOf(Next<RawBsonDocument> next) {
    assertThat(next).isInstanceOf(Next.Event.class);
    return ((Next.Event<RawBsonDocument>) next)
        .value()
        .getDocument("documentKey")
        .getInt32("_id")
        .getValue();
  }
}
