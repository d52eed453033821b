package dev.tailrace.conformance.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.FacedStream;
import dev.tailrace.conformance.support.VirtualStage;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.fakeserver.FakeMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stream says of itself. */
@Timeout(60)
class StatusTest {

  private static final ChangeStreamOptions OPTIONS =
      ChangeStreamOptions.builder()
          .resumePolicy(ResumePolicy.persistent(Duration.ofHours(1)))
          .stalledAfter(Duration.ofSeconds(30))
          .build();

  @ParameterizedTest
  @EnumSource
  void aStreamIsLiveWithEventsAndIdleWithout(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1);
        var stream = stage.open(face, stage.streams(OPTIONS))) {
      assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Idle.class);
      stage.insert("{_id: 1}", "{_id: 2}");
      assertThat(stream.next()).isInstanceOf(Next.Event.class);
      assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Live.class);
      assertThat(stream.next()).isInstanceOf(Next.Event.class);
      assertThat(stream.poll(Duration.ofSeconds(5))).isInstanceOf(Next.Idle.class);
      assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Idle.class);
      assertThat(stream.status().lag()).contains(Duration.ZERO);
      assertThat(stream.status().progress().resumeToken()).isEqualTo(stream.resumeToken());

      assertThat(stream.poll(Duration.ofMinutes(5))).isInstanceOf(Next.Idle.class);
      assertThat(stream.status().phase())
          .as("nothing happens, and that is well")
          .isInstanceOf(StreamStatus.Idle.class);
      assertThat(stage.life(StreamEvent.Stalled.class)).isEmpty();
    }
  }

  /** Events wait at the server while the reader has other things to do. */
  @ParameterizedTest
  @EnumSource
  void aReaderThatIsLateHasALag(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1);
        var stream =
            stage.open(
                face, stage.streams(OPTIONS.toBuilder().batchSize(1).prefetch(false).build()))) {
      stage.insert("{_id: 1}");
      stage.insert("{_id: 2}");
      stage.set().clock().advance(Duration.ofSeconds(60));
      assertThat(stream.next()).isInstanceOf(Next.Event.class);
      assertThat(stream.status().lag())
          .hasValueSatisfying(
              lag -> assertThat(lag).isBetween(Duration.ofSeconds(49), Duration.ofSeconds(61)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamIsStalledWhileTheMajorityIsDown(FaceUnderTest face) throws InterruptedException {
    List<StreamStatus> seen = new ArrayList<>();
    try (VirtualStage stage = new VirtualStage(3);
        var stream = stage.open(face, stage.streams(OPTIONS))) {
      stage.insert("{_id: 1}");
      assertThat(stream.next()).isInstanceOf(Next.Event.class);
      List<FakeMember> majority =
          List.of(
              stage.set().primary().orElseThrow(),
              stage.set().members().stream()
                  .filter(member -> !member.isPrimary())
                  .findFirst()
                  .orElseThrow());
      majority.forEach(FakeMember::crash);
      stage.after(Duration.ofSeconds(20), () -> seen.add(stream.status()));
      stage.after(Duration.ofMinutes(2), () -> seen.add(stream.status()));

      assertThat(stream.poll(Duration.ofMinutes(3))).isInstanceOf(Next.Idle.class);

      assertThat(seen.get(0).phase()).isInstanceOf(StreamStatus.Resuming.class);
      assertThat(seen.get(1).phase()).isInstanceOf(StreamStatus.Stalled.class);
      assertThat(stage.life(StreamEvent.Stalled.class)).as("told once").hasSize(1);

      majority.forEach(FakeMember::restart);
      requireItGetsOn(stage, stream);
    }
  }

  /** The primary goes on writing, and nothing of it is on a majority. */
  @ParameterizedTest
  @EnumSource
  void aStreamIsStalledWhileTheMajorityLags(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(3);
        var stream = stage.open(face, stage.streams(OPTIONS))) {
      stage.insert("{_id: 1}");
      assertThat(stream.next()).isInstanceOf(Next.Event.class);
      stage.set().members().forEach(member -> member.setLag(Duration.ofHours(1)));
      stage.run("{insert: 'orders', documents: [{_id: 9}], writeConcern: {w: 1}}");

      assertThat(stream.poll(Duration.ofMinutes(2))).isInstanceOf(Next.Idle.class);

      assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Stalled.class);
      assertThat(stream.status().lag())
          .hasValueSatisfying(lag -> assertThat(lag).isGreaterThan(Duration.ofMinutes(1)));
      assertThat(stage.life(StreamEvent.Stalled.class)).as("told once").hasSize(1);

      stage.set().members().forEach(member -> member.setLag(Duration.ZERO));
      assertThat(stream.next()).isInstanceOf(Next.Event.class);
      requireItGetsOn(stage, stream);
    }
  }

  private static void requireItGetsOn(VirtualStage stage, FacedStream<RawBsonDocument> stream)
      throws InterruptedException {
    stage.set().clock().advance(Duration.ofSeconds(30));
    stage.insert("{_id: 2}");
    assertThat(stream.next()).isInstanceOf(Next.Event.class);
    assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Live.class);
    assertThat(stream.poll(Duration.ofSeconds(30))).isInstanceOf(Next.Idle.class);
    assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Idle.class);
  }
}
