package dev.tailrace.conformance.situations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.FacedStream;
import dev.tailrace.conformance.support.VirtualStage;
import dev.tailrace.engine.ChangeStreamOptions;
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

/** Nothing happens for a long time, but for the no-ops of an idle set, which move its tokens. */
@Timeout(60)
class EmptyBatchesTest {

  private static final int BATCHES = 64;

  /** A set that is idle writes a no-op every ten seconds. */
  private static final Duration NOOPS = Duration.ofSeconds(10L * BATCHES);

  private static final Duration NOW_AND_THEN = Duration.ofSeconds(97);

  private static final ChangeStreamOptions OPTIONS =
      ChangeStreamOptions.builder().maxAwaitTime(Duration.ofSeconds(5)).build();

  /** What somebody else saw while the reader waited. */
  private record Sight(ResumeToken ofStream, ResumeToken newest) {}

  @ParameterizedTest
  @EnumSource
  void theTokenFollowsEmptyBatchesWhileAReaderWaits(FaceUnderTest face)
      throws InterruptedException {
    List<Sight> sights = new ArrayList<>();
    try (VirtualStage stage = new VirtualStage(1);
        FacedStream<RawBsonDocument> stream = stage.open(face, stage.streams(OPTIONS))) {
      for (Duration time = NOW_AND_THEN;
          time.compareTo(NOOPS) < 0;
          time = time.plus(NOW_AND_THEN)) {
        stage.after(
            time,
            () -> sights.add(new Sight(stream.resumeToken().orElseThrow(), stage.newestToken())));
      }
      stage.after(NOOPS.plusSeconds(12), stream::close);

      assertThat(stream.next()).isInstanceOf(Next.Ended.class); // All that time.

      assertThat(stage.tokens()).hasSizeGreaterThan(BATCHES); // The first is the aggregate's own.
      assertThat(sights)
          .hasSize(6)
          .allSatisfy(sight -> assertThat(sight.ofStream()).isEqualTo(sight.newest()));
      assertThat(stream.resumeToken()).contains(stage.newestToken());
      assertThat(stage.life(StreamEvent.Progressed.class))
          .extracting(event -> event.progress().resumeToken().orElseThrow())
          .containsExactlyElementsOf(stage.tokens());
    }
  }
}
