package dev.tailrace.conformance.situations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.FacedStream;
import dev.tailrace.conformance.support.VirtualStage;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import java.time.Duration;
import org.bson.BsonInt64;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server has closed the cursor: its replies say cursor id 0. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // One that is told nothing may spin.
class ExhaustedCursorTest {

  @ParameterizedTest
  @EnumSource
  void aStreamWhoseCursorIsOverSaysSo(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1)) {
      stage.insert("{_id: 1}");
      var stream = stage.open(face, stage.streams(ChangeStreamOptions.DEFAULTS));
      stage.run("{drop: 'orders'}");

      assertThat(operationType(stream.next())).isEqualTo("drop");
      assertThat(operationType(stream.next())).isEqualTo("invalidate");

      assertThat(stage.replies("getMore"))
          .last()
          .satisfies(
              reply ->
                  assertThat(reply.getDocument("cursor").get("id")).isEqualTo(new BsonInt64(0)));
      int getMores = stage.commands("getMore").size();
      Next<RawBsonDocument> over = new Next.Ended<>(EndReason.INVALIDATED);
      assertThat(nextUnlessNothing(face, stream)).isEqualTo(over);
      assertThat(nextUnlessNothing(face, stream)).as("said for ever").isEqualTo(over);
      assertThat(stream.isAlive()).isFalse();
      assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Ended.class);
      assertThat(stage.commands("getMore")).hasSize(getMores);
      assertThat(stage.commands("aggregate")).as("and not resumed").hasSize(1);
      assertThat(stage.set().openCursors()).isZero();
    }
  }

  /** What the face has now: a subscription is told, without a call. */
  private static Next<RawBsonDocument> nextUnlessNothing(
      FaceUnderTest face, FacedStream<RawBsonDocument> stream) throws InterruptedException {
    return face == FaceUnderTest.FLOW ? stream.poll(Duration.ZERO) : stream.tryNext();
  }

  private static String operationType(Next<RawBsonDocument> next) {
    assertThat(next).isInstanceOf(Next.Event.class);
    return ((Next.Event<RawBsonDocument>) next).value().getString("operationType").getValue();
  }
}
