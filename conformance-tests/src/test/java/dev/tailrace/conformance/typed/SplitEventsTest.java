package dev.tailrace.conformance.typed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.conformance.support.FacedStream;
import dev.tailrace.conformance.support.VirtualStage;
import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.event.ChangeEvent;
import dev.tailrace.engine.event.SplitEvent;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Events that are too large for one document, and come in two fragments. */
@Timeout(60)
class SplitEventsTest {

  private static final int MEBIBYTE = 1024 * 1024;
  private static final int LARGE = 10 * MEBIBYTE;

  private static final ChangeStreamOptions IN_FRAGMENTS =
      ChangeStreamOptions.builder()
          .pipeline(BsonDocument.parse("{$changeStreamSplitLargeEvent: {}}"))
          .fullDocumentBeforeChange("required")
          .build();

  private static final ChangeStreamOptions WHOLE =
      IN_FRAGMENTS.toBuilder().reassembleSplitEvents(64 * MEBIBYTE).build();

  static Stream<Arguments> facesAndReleases() {
    return Stream.of(FaceUnderTest.values())
        .flatMap(
            face ->
                Stream.of(ServerVersion.V7_0, ServerVersion.NEWEST)
                    .map(release -> Arguments.of(face, release)));
  }

  @ParameterizedTest(name = "{0}, server {1}")
  @MethodSource("facesAndReleases")
  void oneEventHasTheFieldsOfAllAndTheTokenOfTheLast(FaceUnderTest face, ServerVersion release)
      throws InterruptedException {
    try (VirtualStage stage = VirtualStage.of(release);
        var fragments = open(face, stage, IN_FRAGMENTS);
        var stream = open(face, stage, WHOLE)) {
      changeLargeDocument(stage);
      ChangeEvent first = event(fragments);
      ChangeEvent second = event(fragments);
      assertThat(first.splitEvent()).contains(new SplitEvent(1, 2));
      assertThat(second.splitEvent()).contains(new SplitEvent(2, 2));

      ChangeEvent whole = event(stream);

      assertThat(whole.splitEvent()).isEmpty();
      assertThat(whole.resumeToken()).isEqualTo(second.resumeToken());
      BsonDocument expected = new BsonDocument();
      expected.putAll(first.document());
      expected.putAll(second.document());
      expected.remove("splitEvent");
      assertThat(whole.document().equals(expected)).as("all fields of both").isTrue();
      assertThat(letterOf(whole.fullDocumentBeforeChange())).isEqualTo('q');
      assertThat(letterOf(whole.updateDescription().map(it -> it.updatedFields()))).isEqualTo('z');
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNewStreamGoesOnBehindAllFragments(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = VirtualStage.of(ServerVersion.V7_0)) {
      ResumeToken token;
      try (var stream = open(face, stage, WHOLE)) {
        changeLargeDocument(stage);
        token = event(stream).resumeToken();
        assertThat(stream.resumeToken()).contains(token);
      }
      stage.insert("{_id: 2}");
      try (var stream = open(face, stage, WHOLE.toBuilder().resumeAfter(token).build())) {
        assertThat(event(stream).documentKey().map(key -> key.get("_id")))
            .contains(new BsonInt32(2));
      }
    }
  }

  /** The cursor is lost between two fragments: the event is neither lost nor handed over twice. */
  @ParameterizedTest
  @EnumSource
  void aCursorMayBeLostBetweenTwoFragments(FaceUnderTest face) throws InterruptedException {
    try (VirtualStage stage = VirtualStage.of(ServerVersion.V7_0);
        var stream = open(face, stage, WHOLE)) {
      stage.set().faults().on("getMore").nth(2).closeConnection(); // Each fragment fills a reply.
      changeLargeDocument(stage);
      stage.insert("{_id: 2}");
      assertThat(event(stream).operationType().toString()).isEqualTo("update");
      assertThat(event(stream).operationType().toString()).isEqualTo("insert");
      assertThat(stage.commands("aggregate")).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEventBeyondTheBoundLeavesTheTokenInFrontOfIt(FaceUnderTest face)
      throws InterruptedException {
    try (VirtualStage stage = VirtualStage.of(ServerVersion.V7_0)) {
      var stream =
          open(face, stage, WHOLE.toBuilder().reassembleSplitEvents(15 * MEBIBYTE).build());
      changeLargeDocument(stage);
      var failure =
          assertThatExceptionOfType(ChangeStreamException.NotReassembled.class)
              .isThrownBy(stream::next)
              .actual();
      ResumeToken inFront = failure.resumeToken().orElseThrow();
      try (var again = open(face, stage, WHOLE.toBuilder().resumeAfter(inFront).build())) {
        assertThat(event(again).operationType().toString()).isEqualTo("update");
      }
    }
  }

  private static FacedStream<ChangeEvent> open(
      FaceUnderTest face, VirtualStage stage, ChangeStreamOptions options)
      throws InterruptedException {
    if (stage.commands("create").isEmpty()) {
      stage.run("{create: 'orders', changeStreamPreAndPostImages: {enabled: true}}");
      stage.run(
          BsonDocument.parse("{insert: 'orders'}")
              .append("documents", new BsonArray(List.of(large("q")))));
    }
    return stage.open(face, stage.streams(options).events());
  }

  private static void changeLargeDocument(VirtualStage stage) throws InterruptedException {
    BsonDocument update =
        new BsonDocument("q", new BsonDocument("_id", new BsonInt32(1)))
            .append("u", new BsonDocument("$set", large("z")));
    stage.run(
        BsonDocument.parse("{update: 'orders'}").append("updates", new BsonArray(List.of(update))));
  }

  private static BsonDocument large(String letter) {
    return new BsonDocument("_id", new BsonInt32(1))
        .append("value", new BsonString(letter.repeat(LARGE)));
  }

  private static char letterOf(Optional<? extends BsonDocument> document) {
    return document.orElseThrow().getString("value").getValue().charAt(0);
  }

  private static ChangeEvent event(FacedStream<ChangeEvent> stream) throws InterruptedException {
    if (stream.next() instanceof Next.Event<ChangeEvent> event) {
      return event.value();
    }
    throw new AssertionError("the stream has ended");
  }
}
