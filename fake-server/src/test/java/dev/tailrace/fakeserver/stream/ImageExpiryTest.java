package dev.tailrace.fakeserver.stream;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonTimestamp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that are older than they may be (reference, sections 5.3 to 5.5). */
class ImageExpiryTest {

  private static final String EXPIRE_AFTER_A_MINUTE =
      "{setClusterParameter: {changeStreamOptions: {preAndPostImages: {expireAfterSeconds: 60}}}}";

  @FunctionalInterface
  private interface Talk {
    void with(FakeReplicaSet set, Conversation client) throws InterruptedException;
  }

  private static void on(String release, Talk talk) throws InterruptedException {
    FakeReplicaSet.Builder builder = FakeReplicaSet.builder().virtualTime();
    try (FakeReplicaSet set = builder.serverVersion(ServerVersion.parse(release)).start();
        Conversation client = new Conversation(set, 0, "d")) {
      client.ok("{create: 'c', changeStreamPreAndPostImages: {enabled: true}}");
      client.ok("{insert: 'c', documents: [{_id: 1, a: 1}]}");
      talk.with(set, client);
    }
  }

  private static BsonTimestamp update(Conversation client) throws InterruptedException {
    return client
        .ok("{update: 'c', updates: [{q: {_id: 1}, u: {$inc: {a: 1}}}]}")
        .getTimestamp("operationTime");
  }

  private static String from(BsonTimestamp time, String mode) {
    return "{startAtOperationTime: {$timestamp: {t: %d, i: %d}}, fullDocument: '%s', fullDocumentBeforeChange: '%s'}"
        .formatted(time.getTime(), time.getInc(), mode, mode);
  }

  private static BsonArray preImages(Conversation client) throws InterruptedException {
    return client
        .run("config", "{find: 'system.preimages', filter: {}}")
        .getDocument("cursor")
        .getArray("firstBatch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.0", "7.0", "8.0", "8.2"})
  void goAfterTheTimeThatIsSet(String release) throws InterruptedException {
    on(
        release,
        (set, client) -> {
          assertThat(code(client.run("admin", EXPIRE_AFTER_A_MINUTE))).isZero();
          BsonTimestamp first = update(client);
          set.clock().advance(Duration.ofSeconds(50));
          BsonTimestamp second = update(client);
          assertThat(preImages(client)).hasSize(2);
          assertThat(client.watch("c", from(first, "required")).getArray("firstBatch")).hasSize(2);

          set.clock().advance(Duration.ofSeconds(25));
          assertThat(preImages(client)).hasSize(1);
          BsonArray events = client.watch("c", from(first, "whenAvailable")).getArray("firstBatch");
          BsonDocument expired = events.get(0).asDocument();
          assertThat(expired.get("fullDocument")).isEqualTo(BsonNull.VALUE);
          assertThat(expired.get("fullDocumentBeforeChange")).isEqualTo(BsonNull.VALUE);
          BsonDocument kept = events.get(1).asDocument();
          assertThat(kept.get("fullDocument")).isEqualTo(BsonDocument.parse("{_id: 1, a: 3}"));
          assertThat(kept.get("fullDocumentBeforeChange"))
              .isEqualTo(BsonDocument.parse("{_id: 1, a: 2}"));
          assertThat(client.watch("c", from(second, "required")).getArray("firstBatch")).hasSize(1);
          for (String options :
              List.of(
                  from(first, "required"),
                  from(first, "required")
                      .replace("BeforeChange: 'required'", "BeforeChange: 'off'"),
                  from(first, "required").replace("Document: 'required'", "Document: 'default'"))) {
            BsonDocument refused =
                client.run(
                    "{aggregate: 'c', cursor: {}, pipeline: [{$changeStream: " + options + "}]}");
            assertThat(code(refused)).as(options).isEqualTo(47);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.0", "8.2"})
  void stayAsLongAsTheirEventsUnlessToldOtherwise(String release) throws InterruptedException {
    on(
        release,
        (set, client) -> {
          BsonTimestamp time = update(client);
          set.clock().advance(Duration.ofDays(3));
          assertThat(preImages(client)).hasSize(1);
          assertThat(client.watch("c", from(time, "required")).getArray("firstBatch")).hasSize(1);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.0", "8.2"})
  void areDocumentsOfACollectionOfConfig(String release) throws InterruptedException {
    on(
        release,
        (set, client) -> {
          BsonTimestamp time = update(client);
          client.ok("{delete: 'c', deletes: [{q: {}, limit: 0}]}");
          BsonDocument image = preImages(client).get(0).asDocument();
          assertThat(image.keySet()).containsExactly("_id", "operationTime", "preImage");
          BsonDocument id = image.getDocument("_id");
          assertThat(id.keySet()).containsExactly("nsUUID", "ts", "applyOpsIndex");
          assertThat(id.get("ts")).isEqualTo(time);
          assertThat(image.get("preImage")).isEqualTo(BsonDocument.parse("{_id: 1, a: 1}"));
          assertThat(client.run("config", "{count: 'system.preimages'}").getNumber("n").intValue())
              .isEqualTo(2);
        });
  }
}
