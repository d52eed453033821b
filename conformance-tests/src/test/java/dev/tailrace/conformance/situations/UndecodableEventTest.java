package dev.tailrace.conformance.situations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.conformance.support.VirtualStage;
import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.UndecodablePolicy;
import dev.tailrace.engine.event.Decoded;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import java.time.Duration;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The second of three events in a batch is not what the user's class expects. */
@Timeout(60)
class UndecodableEventTest {

  /** What is wanted of an event. */
  public record Inserted(Order fullDocument) {}

  /** A document as it should be. */
  public record Order(int quantity) {}

  private static final String[] THREE = {
    "{_id: 1, quantity: 10}", "{_id: 2, quantity: 'a dozen'}", "{_id: 3, quantity: 30}"
  };

  @ParameterizedTest
  @EnumSource
  void itsNeighboursAreDeliveredWhereItIsToBeSkipped(FaceUnderTest face)
      throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1);
        var stream = stage.open(face, orders(stage, UndecodablePolicy.SKIP))) {
      stage.insert(THREE);

      assertThat(stream.next()).isEqualTo(new Next.Event<>(new Inserted(new Order(10))));
      assertThat(stream.next()).isEqualTo(new Next.Event<>(new Inserted(new Order(30))));

      requireOneBatch(stage);
      assertThat(stream.resumeToken()).contains(stage.newestToken());
      assertThat(stage.life(StreamEvent.Skipped.class))
          .singleElement()
          .satisfies(skipped -> assertThat(idOf(skipped.event())).isEqualTo(2));
      assertThat(stream.poll(Duration.ofSeconds(5))).isInstanceOf(Next.Idle.class);
      assertThat(stream.isAlive()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itEndsTheStreamWithTheTokenInFrontOfIt(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1)) {
      stage.insert("{_id: 0}");
      ResumeToken behindTheSecond;
      try (var stream = stage.open(face, orders(stage, UndecodablePolicy.FAIL))) {
        stage.insert(THREE);
        assertThat(stream.next()).isInstanceOf(Next.Event.class);
        ResumeToken inFront = stream.resumeToken().orElseThrow();
        var failure =
            assertThatExceptionOfType(ChangeStreamException.Undecodable.class)
                .isThrownBy(stream::next)
                .actual();
        assertThat(failure.resumeToken()).contains(inFront);
        assertThat(stream.resumeToken()).contains(inFront);
        assertThat(idOf(failure.event())).isEqualTo(2);
        behindTheSecond = failure.eventToken();
      }
      ChangeStreamOptions onwards =
          ChangeStreamOptions.builder().resumeAfter(behindTheSecond).build();
      try (var stream = stage.open(face, stage.streams(onwards).as(Inserted.class))) {
        assertThat(stream.next()).isEqualTo(new Next.Event<>(new Inserted(new Order(30))));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void itIsHandedOverRawAmongItsNeighbours(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1);
        var stream = stage.open(face, orders(stage, UndecodablePolicy.FAIL).orRaw())) {
      stage.insert(THREE);

      assertThat(stream.next())
          .isEqualTo(new Next.Event<>(new Decoded.Value<>(new Inserted(new Order(10)))));
      assertThat(stream.next())
          .isInstanceOfSatisfying(
              Next.Event.class,
              event ->
                  assertThat(event.value())
                      .isInstanceOfSatisfying(
                          Decoded.Raw.class, raw -> assertThat(idOf(raw.event())).isEqualTo(2)));
      assertThat(stream.next())
          .isEqualTo(new Next.Event<>(new Decoded.Value<>(new Inserted(new Order(30)))));
      requireOneBatch(stage);
    }
  }

  private static ChangeStreams<Inserted> orders(VirtualStage stage, UndecodablePolicy policy) {
    return stage
        .streams(ChangeStreamOptions.builder().undecodablePolicy(policy).build())
        .as(Inserted.class);
  }

  private static void requireOneBatch(VirtualStage stage) {
    assertThat(stage.replies("getMore"))
        .anySatisfy(
            reply -> assertThat(reply.getDocument("cursor").getArray("nextBatch")).hasSize(3));
  }

  private static int idOf(RawBsonDocument event) {
    return event.getDocument("documentKey").getInt32("_id").getValue();
  }
}
