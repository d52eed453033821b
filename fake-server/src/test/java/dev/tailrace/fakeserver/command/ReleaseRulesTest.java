package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one release does and another does not. */
class ReleaseRulesTest {

  private static final String TRANSACTION =
      "lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}},"
          + " txnNumber: {$numberLong: '1'}, autocommit: false";

  private static List<String> labels(BsonDocument reply) {
    return reply.containsKey("errorLabels")
        ? reply.getArray("errorLabels").stream().map(label -> label.asString().getValue()).toList()
        : List.of();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          4.2 | {aggregate: 'c', pipeline: [], cursor: {}, comment: {a: 1}} | 14
          4.2 | {aggregate: 'c', pipeline: [], cursor: {}, comment: 5}      | 14
          4.2 | {aggregate: 'c', pipeline: [], cursor: {}, comment: 'x'}    | 0
          4.2 | {find: 'c', comment: {a: 1}}                                | 9
          4.2 | {find: 'c', comment: 'x'}                                   | 0
          4.2 | {insert: 'c', documents: [{_id: 1}], comment: 'x'}          | 40415
          4.4 | {aggregate: 'c', pipeline: [], cursor: {}, comment: {a: 1}} | 0
          4.4 | {find: 'c', comment: {a: 1}}                                | 0
          4.4 | {insert: 'c', documents: [{_id: 1}], comment: {a: 1}}       | 0
          """)
  void takesCommentsAsTheReleaseDoes(String release, String command, int code)
      throws InterruptedException {
    Conversation.on(
        release, client -> assertThat(Conversation.code(client.run(command))).isEqualTo(code));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.2", "4.4", "8.2"})
  void labelsStreamsThatCannotGoOn(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonDocument cursor =
              client
                  .ok(
                      "{aggregate: 'c', pipeline: [{$changeStream: {}}, {$project: {_id: 0}}],"
                          + " cursor: {}}")
                  .getDocument("cursor");
          client.ok("{insert: 'c', documents: [{_id: 1}]}");
          BsonDocument refused = client.getMore(cursor);
          assertThat(Conversation.code(refused)).isEqualTo(280);
          assertThat(labels(refused)).containsExactly("NonResumableChangeStreamError");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.2", "4.4", "8.2"})
  void labelsTransactionsThatAreGone(String release) throws InterruptedException {
    Conversation.on(
        release,
        client ->
            assertThat(labels(client.run("{find: 'c', " + TRANSACTION + "}")))
                .containsExactly("TransientTransactionError"));
  }

  @ParameterizedTest
  @CsvSource({"4.2, 0", "6.0, 0", "7.0, 59", "8.2, 59"})
  void givesNoncesUpTo61(String release, int code) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonDocument reply = client.run("{getnonce: 1}");
          assertThat(Conversation.code(reply)).isEqualTo(code);
          if (code == 0) {
            assertThat(reply.getString("nonce").getValue()).matches("[0-9a-f]{16}");
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"4.4, -1", "8.2, 0"})
  void tellsOfTheStorageOfACappedCollection(String release, int unlimited)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          client.ok("{create: 'c', capped: true, size: 4096}");
          client.ok("{insert: 'c', documents: [{_id: 1}, {_id: 2}]}");
          BsonDocument stats = stats(client, "{storageStats: {}, count: {}}");
          assertThat(stats.getInt32("count").getValue()).isEqualTo(2);
          assertThat(stats.getDocument("storageStats"))
              .isEqualTo(
                  BsonDocument.parse(
                      "{size: 28, count: 2, avgObjSize: 14, storageSize: 28, capped: true, max: %d,"
                              .formatted(unlimited)
                          + " maxSize: 4096, nindexes: 1, totalIndexSize: 0, totalSize: 28,"
                          + " indexSizes: {_id_: 0}, scaleFactor: 1}"));
          BsonDocument scaled = stats(client, "{storageStats: {scale: 1024}}");
          assertThat(scaled.getDocument("storageStats").getInt32("maxSize").getValue())
              .isEqualTo(4);
        });
  }

  private static BsonDocument stats(Conversation client, String spec) throws InterruptedException {
    List<BsonValue> found =
        client
            .ok("{aggregate: 'c', pipeline: [{$collStats: " + spec + "}], cursor: {}}")
            .getDocument("cursor")
            .getArray("firstBatch");
    assertThat(found).hasSize(1);
    return found.get(0).asDocument();
  }

  @ParameterizedTest
  @CsvSource({
    "4.4, 1, 40166",
    "4.4, {more: {}}, 40168",
    "8.2, {more: {}}, 40415",
    "8.2, {storageStats: {scale: 0}}, 2",
    "8.2, {latencyStats: {}}, 238"
  })
  void refusesStatisticsThatItHasNot(String release, String spec, int code)
      throws InterruptedException {
    Conversation.on(
        release,
        client ->
            assertThat(
                    Conversation.code(
                        client.run(
                            "{aggregate: 'c', pipeline: [{$collStats: "
                                + spec
                                + "}], cursor: {}}")))
                .isEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource({
    "4.4, 63, true",
    "6.0, 63, true",
    "7.0, 63, false",
    "8.2, 63, false",
    "8.2, 150, true"
  })
  void labelsStaleShardVersionsUpTo60(String release, int code, boolean labelled)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          client.run(
              "admin",
              "{configureFailPoint: 'failCommand', mode: {times: 1},"
                  + " data: {failCommands: ['aggregate'], errorCode: %d}}".formatted(code));
          BsonDocument failed =
              client.run("{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}}");
          assertThat(Conversation.code(failed)).isEqualTo(code);
          assertThat(labels(failed).contains("ResumableChangeStreamError")).isEqualTo(labelled);
        });
  }
}
