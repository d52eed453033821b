package dev.tailrace.conformance.situations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.FacedStream;
import dev.tailrace.conformance.support.VirtualStage;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** For three seconds every getMore fails with a resumable error, and every aggregate passes. */
@Timeout(60)
class FailingGetMoresTest {

  private static final int SHUTDOWN_IN_PROGRESS = 91;
  private static final Duration OUTAGE = Duration.ofSeconds(3);

  /**
   * The first attempt is made at once; the shortest pauses are 50, 100, 200, 400 and 800 ms then,
   * and the longest are twice as long.
   */
  private static final int FEWEST_ATTEMPTS = 5;

  private static final int MOST_ATTEMPTS = 6;

  static Stream<Arguments> everyFace() {
    return Stream.of(FaceUnderTest.values())
        .flatMap(
            face ->
                Stream.of(
                    Arguments.of(face, "as specified", ResumePolicy.spec()),
                    Arguments.of(
                        face, "persistent", ResumePolicy.persistent(Duration.ofHours(1)))));
  }

  static Stream<Arguments> facesWithCalls() {
    return everyFace().filter(arguments -> arguments.get()[0] != FaceUnderTest.FLOW);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("facesWithCalls")
  void oneTryNextMakesAtMostOneResume(FaceUnderTest face, String name, ResumePolicy policy)
      throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1);
        FacedStream<RawBsonDocument> stream = open(face, policy, stage)) {
      beginOutage(stage);
      long over = stage.nanoTime() + OUTAGE.toNanos();
      while (stage.nanoTime() < over) {
        int aggregates = stage.commands("aggregate").size();
        long before = stage.nanoTime();

        assertThat(stream.tryNext()).isInstanceOf(Next.Idle.class);

        assertThat(stage.commands("aggregate")).hasSizeBetween(aggregates, aggregates + 1);
        assertThat(stage.nanoTime()).as("sits out no pause").isEqualTo(before);
        stage.set().clock().advance(Duration.ofMillis(25)); // The user's own time.
      }
      assertThat(attempts(stage)).isBetween(FEWEST_ATTEMPTS, MOST_ATTEMPTS);
      requireTheEventBehindIt(stream);
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("everyFace")
  void oneThatWaitsPausesLongerAndLonger(FaceUnderTest face, String name, ResumePolicy policy)
      throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1);
        FacedStream<RawBsonDocument> stream = open(face, policy, stage)) {
      beginOutage(stage);

      assertThat(stream.poll(OUTAGE.minusMillis(1))).isInstanceOf(Next.Idle.class);

      assertThat(attempts(stage)).isBetween(FEWEST_ATTEMPTS, MOST_ATTEMPTS);
      List<Duration> pauses =
          stage.life(StreamEvent.Interrupted.class).stream()
              .map(StreamEvent.Interrupted::pause)
              .toList();
      assertThat(pauses.get(0)).isZero();
      for (int i = 1; i < pauses.size(); i++) {
        Duration longest = Duration.ofMillis(100L << (i - 1));
        assertThat(pauses.get(i)).as("pause %d", i).isBetween(longest.dividedBy(2), longest);
      }
      requireTheEventBehindIt(stream);
    }
  }

  private static FacedStream<RawBsonDocument> open(
      FaceUnderTest face, ResumePolicy policy, VirtualStage stage) throws InterruptedException {
    return stage.open(
        face, stage.streams(ChangeStreamOptions.builder().resumePolicy(policy).build()));
  }

  private static void beginOutage(VirtualStage stage) {
    var outage =
        stage
            .set()
            .faults()
            .on("getMore")
            .always()
            .failWithLabels(SHUTDOWN_IN_PROGRESS, "ResumableChangeStreamError");
    stage.after(OUTAGE, outage::remove);
    stage.insertAfter(OUTAGE.plusMillis(1), "{_id: 1}");
  }

  private static int attempts(VirtualStage stage) {
    return stage.commands("aggregate").size() - 1;
  }

  private static void requireTheEventBehindIt(FacedStream<RawBsonDocument> stream)
      throws InterruptedException {
    assertThat(stream.next())
        .isInstanceOfSatisfying(
            Next.Event.class,
            event ->
                assertThat(((RawBsonDocument) event.value()).getDocument("documentKey").get("_id"))
                    .isEqualTo(new BsonInt32(1)));
  }
}
