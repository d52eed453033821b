package dev.tailrace.conformance.prose;

import static dev.tailrace.conformance.prose.Stage.changeStreamStage;
import static dev.tailrace.conformance.prose.Stage.event;
import static dev.tailrace.conformance.prose.Stage.lastPostBatchResumeToken;
import static dev.tailrace.conformance.prose.Stage.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.conformance.support.EngineTransport;
import dev.tailrace.conformance.support.Eventually;
import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The prose tests of one server, by their numbers. 5, 10, 15 and 16 are no more, 9 and 12 are for
 * servers before 4.2; 6 is in {@link ServerSelectionProseTest}.
 */
@ParameterizedClass(name = "{0}, server {1}")
@MethodSource("stages")
@Timeout(60)
class ChangeStreamProseTest {

  private static final int HOST_UNREACHABLE = 6;

  /** A getMore that finds nothing comes back soon. */
  private static final ChangeStreamOptions QUICK =
      ChangeStreamOptions.builder().maxAwaitTime(Duration.ofMillis(20)).build();

  private final EngineTransport transport;
  private final ServerVersion version;
  private final Stage stage;

  ChangeStreamProseTest(EngineTransport transport, ServerVersion version) {
    this.transport = transport;
    this.version = version;
    this.stage = new Stage(transport, version, 1, direct -> direct);
  }

  static Stream<Arguments> stages() {
    return Stream.of(EngineTransport.values())
        .flatMap(
            transport ->
                Stream.of(ServerVersion.V4_2, ServerVersion.NEWEST)
                    .map(version -> Arguments.of(transport, version)));
  }

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void no1TheTokenFollowsTheStream() throws InterruptedException {
    try (var stream = stage.watch(QUICK)) {
      stage.insert(1, 2);
      RawBsonDocument first = event(stream);
      assertThat(stream.resumeToken()).contains(token(first));
      event(stream);
      assertThat(stream.resumeToken()).contains(lastPostBatchResumeToken(stage.replies("getMore")));
      stage.insert(3, 4);
      RawBsonDocument third = event(stream);
      assertThat(stream.resumeToken()).contains(token(third));
    }
  }

  @Test
  void no2AnEventWithoutATokenIsAnErrorOfTheServers() throws InterruptedException {
    ChangeStreamOptions options =
        QUICK.toBuilder().pipeline(BsonDocument.parse("{$project: {_id: 0}}")).build();
    try (var stream = stage.watch(options)) {
      stage.insert(1, 1);
      assertThatExceptionOfType(ChangeStreamException.Refused.class)
          .isThrownBy(stream::next)
          .satisfies(refused -> assertThat(refused.code()).isEqualTo(280));
    }
  }

  /** Where the server lets it pass, as it did before 4.2. */
  @Test
  void no2AnEventWithoutATokenIsAnErrorOfTheClients() throws InterruptedException {
    try (Stage olderStage = new Stage(transport, version, 1, WithoutEventIds::new);
        var stream = olderStage.watch(QUICK)) {
      olderStage.insert(1, 1);
      assertThatExceptionOfType(ChangeStreamException.MissingResumeToken.class)
          .isThrownBy(stream::next)
          .withMessage("Cannot provide resume functionality when the resume token is missing");
      assertThat(stream.isAlive()).isFalse();
    }
  }

  @Test
  void no3AResumeHasTheFirstPipelineAndOptionsAndTheLastToken() throws InterruptedException {
    ChangeStreamOptions options =
        QUICK.toBuilder()
            .pipeline(BsonDocument.parse("{$match: {operationType: 'insert'}}"))
            .fullDocument("updateLookup")
            .batchSize(2)
            .collation(BsonDocument.parse("{locale: 'simple'}"))
            .comment(new BsonString("why"))
            .build();
    try (var stream = stage.watch(options)) {
      stage.insert(1, 1);
      event(stream);
      ResumeToken last = stream.resumeToken().orElseThrow();
      stage.set().faults().on("getMore").closeConnection();
      stage.insert(2, 2);
      event(stream);

      List<BsonDocument> aggregates = stage.sent("aggregate");
      assertThat(aggregates).hasSize(2);
      BsonDocument resuming = aggregates.get(1).clone();
      assertThat(changeStreamStage(resuming).remove("resumeAfter")).isEqualTo(last.toDocument());
      assertThat(resuming).isEqualTo(aggregates.get(0));
    }
  }

  @Test
  void no3AResumeIsTriedOnce() throws InterruptedException {
    try (var stream = stage.watch(QUICK.toBuilder().retryReads(false).build())) {
      stage.set().faults().on("getMore").closeConnection();
      stage.set().faults().on("aggregate").always().closeConnection();
      assertThatExceptionOfType(ChangeStreamException.Unreachable.class).isThrownBy(stream::next);
      assertThat(stage.sent("aggregate")).hasSize(2);
    }
  }

  @Test
  void no4AnAggregateThatFailsIsNotResumed() {
    stage.set().faults().on("aggregate").fail(HOST_UNREACHABLE);
    assertThatExceptionOfType(ChangeStreamException.Refused.class)
        .isThrownBy(() -> stage.watch(QUICK.toBuilder().retryReads(false).build()))
        .satisfies(refused -> assertThat(refused.code()).isEqualTo(HOST_UNREACHABLE));
    assertThat(stage.sent("aggregate")).hasSize(1);
  }

  @Test
  void no7ACursorWhoseFirstBatchIsEmptyStaysOpen() throws InterruptedException {
    try (var stream = stage.watch(QUICK)) {
      BsonDocument cursor = stage.replies("aggregate").get(0).getDocument("cursor");
      assertThat(cursor.getArray("firstBatch")).isEmpty();
      assertThat(stream.isAlive()).isTrue();
      stage.insert(1, 1);
      event(stream);
      assertThat(stage.sent("killCursors")).isEmpty();
      assertThat(stage.sent("getMore").get(0).getInt64("getMore").getValue())
          .isEqualTo(cursor.getInt64("id").getValue())
          .isNotZero();
    }
  }

  @Test
  void no8AKillCursorsThatFailsDuringAResumeIsNotHeardOf() throws InterruptedException {
    try (var stream = stage.watch(QUICK)) {
      stage.set().faults().on("killCursors").fail(HOST_UNREACHABLE);
      stage.set().faults().on("getMore").closeConnection();
      stage.insert(1, 1);
      event(stream);
      assertThat(stage.sent("aggregate")).hasSize(2);
      assertThat(stage.sent("killCursors")).hasSize(1);
      Eventually.await("killCursors fails", () -> stage.failed("killCursors") == 1);
    }
  }

  @Test
  void no11AfterAnEmptyBatchTheTokenIsThatOfTheReply() throws InterruptedException {
    try (var stream = stage.watch(QUICK)) {
      assertThat(stream.resumeToken())
          .contains(lastPostBatchResumeToken(stage.replies("aggregate")));
      assertThat(stream.tryNext()).isInstanceOf(Next.Idle.class);
      assertThat(stream.resumeToken()).contains(lastPostBatchResumeToken(stage.replies("getMore")));
    }
  }

  @Test
  void no11AfterTheLastEventOfABatchTheTokenIsThatOfTheReply() throws InterruptedException {
    // What does not pass the filter moves the reply's token past the last event's.
    ChangeStreamOptions options =
        QUICK.toBuilder().pipeline(BsonDocument.parse("{$match: {'documentKey._id': 1}}")).build();
    try (var stream = stage.watch(options)) {
      stage.insert(1, 1);
      stage.insert(2, 2);
      RawBsonDocument only = event(stream);
      ResumeToken ofTheReply = lastPostBatchResumeToken(stage.replies("getMore"));
      assertThat(stream.resumeToken()).contains(ofTheReply);
      assertThat(ofTheReply).isNotEqualTo(token(only));
    }
  }

  @Test
  void no13WithinABatchTheTokenIsThatOfTheEvent() throws InterruptedException {
    try (var stream = stage.watch(QUICK)) {
      stage.insert(1, 3);
      RawBsonDocument first = event(stream);
      assertThat(stage.replies("getMore")).last().satisfies(batch -> has(batch, "nextBatch", 3));
      assertThat(stream.resumeToken()).contains(token(first));
      RawBsonDocument second = event(stream);
      assertThat(stream.resumeToken()).contains(token(second));
    }
  }

  @Test
  void no14BeforeTheFirstEventOfABatchTheTokenIsTheGivenOne() throws InterruptedException {
    RawBsonDocument before = eventBeforeTwoOthers();
    List<ChangeStreamOptions> starts =
        List.of(
            QUICK.toBuilder().resumeAfter(token(before)).build(),
            QUICK.toBuilder().startAfter(token(before)).build());
    for (ChangeStreamOptions start : starts) {
      try (var stream = stage.watch(start)) {
        assertThat(stage.replies("aggregate"))
            .last()
            .satisfies(reply -> has(reply, "firstBatch", 2));
        assertThat(stream.resumeToken()).contains(token(before));
      }
    }
  }

  @Test
  void no14WithoutAGivenTokenThereIsNone() throws InterruptedException {
    RawBsonDocument before = eventBeforeTwoOthers();
    ChangeStreamOptions start =
        QUICK.toBuilder().startAtOperationTime(before.getTimestamp("clusterTime")).build();
    try (var stream = stage.watch(start)) {
      BsonDocument reply = stage.replies("aggregate").get(1);
      assertThat(reply.getDocument("cursor").getArray("firstBatch")).isNotEmpty();
      assertThat(stream.resumeToken()).isEmpty();
    }
  }

  @Test
  void no17BeforeAnyEventAResumeStartsAfter() throws InterruptedException {
    RawBsonDocument before = onlyEvent();
    try (var stream = stage.watch(QUICK.toBuilder().startAfter(token(before)).build())) {
      resume(stream);
      BsonDocument resuming = changeStreamStage(stage.sent("aggregate").get(2));
      assertThat(resuming).containsKey("startAfter").doesNotContainKey("resumeAfter");
    }
  }

  @Test
  void no18AfterAnEventAResumeResumesAfter() throws InterruptedException {
    RawBsonDocument before = onlyEvent();
    try (var stream = stage.watch(QUICK.toBuilder().startAfter(token(before)).build())) {
      stage.insert(2, 2);
      event(stream);
      resume(stream);
      BsonDocument resuming = changeStreamStage(stage.sent("aggregate").get(2));
      assertThat(resuming).containsKey("resumeAfter").doesNotContainKey("startAfter");
    }
  }

  /** The first of three events in the history. */
  private RawBsonDocument eventBeforeTwoOthers() throws InterruptedException {
    try (var stream = stage.watch(QUICK)) {
      stage.insert(1, 3);
      return event(stream);
    }
  }

  /** The only event in the history. */
  private RawBsonDocument onlyEvent() throws InterruptedException {
    try (var stream = stage.watch(QUICK)) {
      stage.insert(1, 1);
      return event(stream);
    }
  }

  private void resume(BlockingChangeStream<RawBsonDocument> stream) throws InterruptedException {
    stage.set().faults().on("getMore").closeConnection();
    assertThat(stream.tryNext()).isInstanceOf(Next.Idle.class);
  }

  private static void has(BsonDocument reply, String batchField, int events) {
    BsonArray batch = reply.getDocument("cursor").getArray(batchField);
    assertThat(batch).as(batchField).hasSize(events);
  }
}
