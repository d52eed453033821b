package dev.tailrace.fakeserver.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.ResumeTokenCodec;
import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client sees of a change stream, release by release (reference, sections 1 to 8). */
class ChangeStreamsTest {

  static final List<ServerVersion> versions = ServerVersion.ALL;

  static Stream<ServerVersion> since60() {
    return versions.stream().filter(version -> version.atLeast(6, 0));
  }

  private static FakeReplicaSet set(ServerVersion version) {
    return FakeReplicaSet.builder().virtualTime().serverVersion(version).start();
  }

  private static List<String> types(List<BsonDocument> events) {
    return events.stream().map(e -> e.getString("operationType").getValue()).toList();
  }

  private static BsonDocument token(BsonDocument event) {
    return event.getDocument("_id");
  }

  @ParameterizedTest
  @FieldSource("versions")
  void anInsertHasTheFieldsOfTheRelease(ServerVersion version) throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      client.ok("{insert: 'c', documents: [{_id: 1}]}");
      BsonDocument event = client.events(cursor).get(0);
      assertThat(event.keySet())
          .containsExactlyElementsOf(
              version.atLeast(6, 0)
                  ? List.of(
                      "_id",
                      "operationType",
                      "clusterTime",
                      "wallTime",
                      "fullDocument",
                      "ns",
                      "documentKey")
                  : List.of(
                      "_id", "operationType", "clusterTime", "fullDocument", "ns", "documentKey"));
      DecodedToken token = ResumeTokenCodec.decode(token(event));
      assertThat(token.version()).isEqualTo(version.atLeast(6, 1) ? 2 : 1);
      assertThat(token.clusterTime()).isEqualTo(event.getTimestamp("clusterTime"));
    }
  }

  @ParameterizedTest
  @FieldSource("versions")
  void aDropEndsACollectionStream(ServerVersion version) throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d")) {
      client.ok("{insert: 'c', documents: [{_id: 1}]}");
      BsonDocument cursor = client.watch("c", "{}");
      client.ok("{drop: 'c'}");
      BsonDocument reply = client.getMore(cursor).getDocument("cursor");
      List<BsonDocument> events =
          reply.getArray("nextBatch").stream().map(BsonValue::asDocument).toList();
      assertThat(types(events)).containsExactly("drop", "invalidate");
      assertThat(reply.getInt64("id").getValue()).isZero();
      assertThat(reply.getDocument("postBatchResumeToken")).isEqualTo(token(events.get(1)));
      assertThat(reply.containsKey("invalidated")).isEqualTo(version.atLeast(5, 0));
      assertThat(client.getMore(cursor).getInt32("code").getValue()).isEqualTo(43);
    }
  }

  @ParameterizedTest
  @FieldSource("versions")
  void anInvalidateThatFillsItsBatchIsFollowedByAnEmptyClosingOne(ServerVersion version)
      throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d")) {
      client.ok("{insert: 'c', documents: [{_id: 1}]}");
      BsonDocument cursor = client.watch("c", "{}");
      client.ok("{drop: 'c'}");
      String id = cursor.getInt64("id").getValue() + "";
      String next = "{getMore: {$numberLong: '" + id + "'}, collection: 'c', batchSize: 1}";
      client.ok(next);
      BsonDocument second = client.ok(next).getDocument("cursor");
      assertThat(second.getInt64("id").getValue()).isNotZero();
      BsonDocument closing = client.ok(next).getDocument("cursor");
      assertThat(closing.getInt64("id").getValue()).isZero();
      assertThat(closing.getArray("nextBatch")).isEmpty();
      assertThat(closing.containsKey("postBatchResumeToken")).isEqualTo(version.atLeast(5, 0));
    }
  }

  @ParameterizedTest
  @FieldSource("versions")
  void resumesAfterEveryTokenOfARun(ServerVersion version) throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      client.ok("{insert: 'c', documents: [{_id: 1}, {_id: 'two'}, {_id: 3.5}]}");
      client.ok("{update: 'c', updates: [{q: {_id: 1}, u: {x: 1}}]}");
      client.ok("{delete: 'c', deletes: [{q: {_id: 'two'}, limit: 1}]}");
      List<BsonDocument> all = client.events(cursor);
      assertThat(all).hasSize(5);
      for (String option : List.of("resumeAfter", "startAfter")) {
        for (int i = 0; i < all.size(); i++) {
          BsonDocument resumed =
              client.watch("c", "{" + option + ": " + token(all.get(i)).toJson() + "}");
          assertThat(resumed.getArray("firstBatch"))
              .isEqualTo(new BsonArray(all.subList(i + 1, all.size())));
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("versions")
  void startAtOperationTimeIncludesThatTime(ServerVersion version) throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d")) {
      client.ok("{insert: 'c', documents: [{_id: 1}]}");
      BsonDocument written = client.ok("{insert: 'c', documents: [{_id: 2}]}");
      String time = new BsonDocument("t", written.get("operationTime")).toJson();
      String at = time.substring(time.indexOf(':') + 1, time.length() - 1);
      BsonDocument cursor = client.watch("c", "{startAtOperationTime: " + at + "}");
      assertThat(cursor.getArray("firstBatch")).hasSize(1);
    }
  }

  @Test
  void anUnrelatedWriteMovesTheHighWaterMarkAndWakesNobody() throws InterruptedException {
    try (var set = set(ServerVersion.V7_0);
        var reader = new Conversation(set, 0, "d");
        var writer = new Conversation(set, 0, "d")) {
      BsonDocument cursor = reader.watch("c", "{}");
      reader
          .connection()
          .send(
              "d",
              new BsonDocument("getMore", cursor.get("id"))
                  .append("collection", new BsonString("c"))
                  .append("maxTimeMS", new BsonInt32(5000)));
      BsonDocument written = writer.ok("{insert: 'other', documents: [{_id: 1}]}");
      assertThat(reader.connection().receive(Duration.ofSeconds(4))).isNull();
      BsonDocument reply = reader.receive(Duration.ofSeconds(2));
      DecodedToken mark =
          ResumeTokenCodec.decode(reply.getDocument("cursor").getDocument("postBatchResumeToken"));
      assertThat(mark.isHighWaterMark()).isTrue();
      assertThat(mark.clusterTime()).isEqualTo(written.getTimestamp("operationTime"));
    }
  }

  @Test
  void aBatchThatIsFullEndsWithItsLastEventsToken() throws InterruptedException {
    try (var set = set(ServerVersion.V7_0);
        var client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      client.ok("{insert: 'c', documents: [{_id: 1}, {_id: 2}, {_id: 3}]}");
      String id = cursor.getInt64("id").getValue() + "";
      BsonDocument reply =
          client
              .ok("{getMore: {$numberLong: '" + id + "'}, collection: 'c', batchSize: 2}")
              .getDocument("cursor");
      assertThat(reply.getArray("nextBatch")).hasSize(2);
      assertThat(reply.getDocument("postBatchResumeToken"))
          .isEqualTo(reply.getArray("nextBatch").get(1).asDocument().getDocument("_id"));
    }
  }

  @Test
  void aTokenWhoseEventIsGoneIsFoundOutByTheNextEvent() throws InterruptedException {
    try (var set = set(ServerVersion.V7_0);
        var client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("", "{}");
      client.ok("{insert: 'other', documents: [{_id: 1}]}");
      BsonDocument foreign = token(client.events(cursor).get(0));
      BsonDocument resumed = client.watch("c", "{resumeAfter: " + foreign.toJson() + "}");
      assertThat(resumed.getArray("firstBatch")).isEmpty();
      client.ok("{insert: 'c', documents: [{_id: 1}]}");
      BsonDocument reply = client.getMore(resumed);
      assertThat(reply.getInt32("code").getValue()).isEqualTo(280);
      assertThat(reply.getArray("errorLabels").get(0).asString().getValue())
          .isEqualTo("NonResumableChangeStreamError");
      assertThat(client.getMore(resumed).getInt32("code").getValue()).isEqualTo(43);
    }
  }

  @ParameterizedTest
  @FieldSource("versions")
  void aTokenOlderThanTheOplogIsHistoryLost(ServerVersion version) throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      client.ok("{insert: 'c', documents: [{_id: 1}]}");
      BsonDocument old = token(client.events(cursor).get(0));
      client.ok("{insert: 'c', documents: [{_id: 2}]}");
      client.ok("{insert: 'c', documents: [{_id: 3}]}");
      set.truncateOplog();
      BsonDocument reply =
          client.run(
              "{aggregate: 'c', cursor: {}, pipeline: [{$changeStream: {resumeAfter: "
                  + old.toJson()
                  + "}}]}");
      assertThat(reply.getInt32("code").getValue()).isEqualTo(286);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      quoteCharacter = '"',
      textBlock =
          """
          version | options                                          | code
          4.4     | {nope: 1}                                        | 40415
          4.4     | {fullDocument: 'nope'}                           | 40575
          6.0     | {fullDocument: 'nope'}                           | 2
          4.4     | {fullDocument: 'required'}                       | 40575
          4.4     | {showExpandedEvents: true}                       | 40415
          4.4     | {fullDocument: 5}                                | 14
          8.0     | {resumeAfter: 5}                                 | 14
          8.0     | {resumeAfter: {}}                                | 40647
          8.0     | {resumeAfter: {_data: 'zz'}}                     | 9
          8.0     | {allChangesForCluster: true}                     | 72
          8.0     | {startAtOperationTime: 5}                        | 14
          """)
  void refusesWhatTheReleaseRefuses(String version, String options, int code)
      throws InterruptedException {
    try (var set = set(ServerVersion.parse(version));
        var client = new Conversation(set, 0, "d")) {
      BsonDocument reply =
          client.run("{aggregate: 'c', cursor: {}, pipeline: [{$changeStream: " + options + "}]}");
      assertThat(reply.getInt32("code").getValue()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @CsvSource({"4.4, 40575", "6.0, 40573"})
  void aStandaloneHasNoneButTheOrderOfChecksDiffers(String version, int code)
      throws InterruptedException {
    try (var set =
            FakeReplicaSet.builder()
                .virtualTime()
                .standalone()
                .serverVersion(ServerVersion.parse(version))
                .start();
        var client = new Conversation(set, 0, "d")) {
      String bad = "{aggregate: 'c', cursor: {}, pipeline: [{$changeStream: {fullDocument: 'x'}}]}";
      String good = "{aggregate: 'c', cursor: {}, pipeline: [{$changeStream: {}}]}";
      assertThat(client.run(good).getInt32("code").getValue()).isEqualTo(40573);
      assertThat(client.run(bad).getInt32("code").getValue())
          .isEqualTo(version.equals("6.0") ? 2 : code);
    }
  }

  @ParameterizedTest
  @MethodSource("since60")
  void imagesAreShownAsTheyWereRecorded(ServerVersion version) throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d")) {
      client.ok("{create: 'c', changeStreamPreAndPostImages: {enabled: true}}");
      client.ok("{insert: 'c', documents: [{_id: 1, a: 1}]}");
      BsonDocument cursor =
          client.watch("c", "{fullDocument: 'required', fullDocumentBeforeChange: 'required'}");
      client.ok("{update: 'c', updates: [{q: {_id: 1}, u: {a: 2}}]}");
      client.ok("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]}");
      List<BsonDocument> events = client.events(cursor);
      assertThat(events.get(0).get("fullDocumentBeforeChange"))
          .isEqualTo(BsonDocument.parse("{_id: 1, a: 1}"));
      assertThat(List.copyOf(events.get(0).keySet()).get(events.get(0).size() - 1))
          .isEqualTo("fullDocumentBeforeChange");
      assertThat(events.get(1).get("fullDocumentBeforeChange"))
          .isEqualTo(BsonDocument.parse("{_id: 1, a: 2}"));
    }
  }

  @ParameterizedTest
  @MethodSource("since60")
  void expandedEventsShowDdl(ServerVersion version) throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{showExpandedEvents: true}");
      client.ok("{createIndexes: 'c', indexes: [{key: {a: 1}, name: 'a_1'}]}");
      client.ok("{collMod: 'c', index: {name: 'a_1', hidden: true}}");
      client.ok("{dropIndexes: 'c', index: 'a_1'}");
      List<BsonDocument> events = client.events(cursor);
      assertThat(types(events)).containsExactly("create", "createIndexes", "modify", "dropIndexes");
      BsonDocument create = events.get(0);
      assertThat(create.get("operationDescription"))
          .isEqualTo(BsonDocument.parse("{idIndex: {v: 2, key: {_id: 1}, name: '_id_'}}"));
      assertThat(create.containsKey("nsType")).isEqualTo(version.atLeast(8, 1));
      assertThat(events).allSatisfy(e -> assertThat(e.containsKey("collectionUUID")).isTrue());
      assertThat(events.get(2).getDocument("stateBeforeChange").getDocument("indexOptions"))
          .isEqualTo(BsonDocument.parse("{hidden: false}"));
    }
  }

  @Test
  void aBatchOfInsertsSharesItsTimeFrom80On() throws InterruptedException {
    try (var set = set(ServerVersion.V8_0);
        var client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      client.ok("{insert: 'c', documents: [{_id: 1}, {_id: 2}]}");
      List<BsonDocument> events = client.events(cursor);
      assertThat(events.get(0).get("clusterTime")).isEqualTo(events.get(1).get("clusterTime"));
      assertThat(ResumeTokenCodec.decode(token(events.get(1))).txnOpIndex()).isEqualTo(1);
    }
  }

  @Test
  void showsOnlyWhatTheMajorityHas() throws InterruptedException {
    try (var set =
            FakeReplicaSet.builder()
                .members(3)
                .virtualTime()
                .serverVersion(ServerVersion.V7_0)
                .start();
        var client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      set.member(1).setLag(Duration.ofSeconds(3));
      set.member(2).setLag(Duration.ofSeconds(5));
      client.ok("{insert: 'c', documents: [{_id: 1}], writeConcern: {w: 1}}");
      assertThat(client.events(cursor)).isEmpty();
      set.clock().advance(Duration.ofSeconds(3));
      assertThat(client.events(cursor)).hasSize(1);
    }
  }

  @Test
  void aStreamOnASecondarySeesWhatThatHasApplied() throws InterruptedException {
    try (var set =
            FakeReplicaSet.builder()
                .members(3)
                .virtualTime()
                .serverVersion(ServerVersion.V7_0)
                .start();
        var client = new Conversation(set, 0, "d");
        var secondary = new Conversation(set, 2, "d")) {
      BsonDocument cursor =
          secondary
              .ok(
                  "{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {},"
                      + " $readPreference: {mode: 'secondary'}}")
              .getDocument("cursor");
      set.member(2).setLag(Duration.ofSeconds(4));
      client.ok("{insert: 'c', documents: [{_id: 1}]}");
      assertThat(secondary.events(cursor)).isEmpty();
      set.clock().advance(Duration.ofSeconds(4));
      assertThat(secondary.events(cursor)).hasSize(1);
    }
  }
}
