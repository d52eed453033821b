package dev.tailrace.fakeserver.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.ResumeTokenCodec;
import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Streams that begin at a time that is yet to come (reference, sections 1.8 and 8.1). */
class FutureStartTest {

  private static final long AHEAD_SECONDS = 60;

  static final List<ServerVersion> versions = ServerVersion.ALL;

  @FunctionalInterface
  private interface Options {
    String from(BsonTimestamp time);
  }

  /** Opens a stream that far ahead, and writes before, at and after that time. */
  private static void showsNothingBefore(ServerVersion version, Options options)
      throws InterruptedException {
    try (var set = FakeReplicaSet.builder().virtualTime().serverVersion(version).start();
        var client = new Conversation(set, 0, "d")) {
      client.ok("{insert: 'c', documents: [{_id: 0}]}");
      int seconds = (int) (set.clock().wallMillis() / 1000 + AHEAD_SECONDS);
      BsonTimestamp start = new BsonTimestamp(seconds, 1);
      BsonDocument cursor = client.watch("c", options.from(start));
      assertThat(cursor.getArray("firstBatch")).isEmpty();
      assertMarks(cursor, start);

      client.ok("{insert: 'c', documents: [{_id: 1}]}");
      client.ok("{drop: 'c'}");
      BsonDocument early = client.getMore(cursor).getDocument("cursor");
      assertThat(early.getArray("nextBatch")).isEmpty();
      assertThat(early.get("id")).isEqualTo(cursor.get("id"));
      assertMarks(early, start);

      set.clock().advance(Duration.ofSeconds(AHEAD_SECONDS + 1));
      client.ok("{insert: 'c', documents: [{_id: 2}]}");
      List<BsonDocument> events = client.events(cursor);
      assertThat(events).hasSize(1);
      assertThat(events.get(0).getDocument("documentKey"))
          .isEqualTo(BsonDocument.parse("{_id: 2}"));
    }
  }

  private static void assertMarks(BsonDocument cursor, BsonTimestamp time) {
    DecodedToken token = ResumeTokenCodec.decode(cursor.getDocument("postBatchResumeToken"));
    assertThat(token.isHighWaterMark()).isTrue();
    assertThat(token.clusterTime()).isEqualTo(time);
  }

  @ParameterizedTest
  @FieldSource("versions")
  void startAtOperationTimeWaitsForItsTime(ServerVersion version) throws InterruptedException {
    showsNothingBefore(version, time -> new BsonDocument("startAtOperationTime", time).toJson());
  }

  @ParameterizedTest
  @FieldSource("versions")
  void aHighWaterMarkWaitsForItsTime(ServerVersion version) throws InterruptedException {
    for (String option : List.of("resumeAfter", "startAfter")) {
      showsNothingBefore(
          version, time -> new BsonDocument(option, Tokens.highWaterMark(time, 1)).toJson());
    }
  }
}
