package dev.tailrace.fakeserver.oplog;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.network.RawConnection;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An oplog that is full, as clients and members meet it. */
class RetentionTest {

  /** Room for some twenty inserts. */
  private static final long SMALL = 5_000;

  private static final String ON_SECONDARY = "$readPreference: {mode: 'secondary'}";

  private static FakeReplicaSet set(ServerVersion version) {
    return FakeReplicaSet.builder()
        .members(3)
        .virtualTime()
        .serverVersion(version)
        .oplogSize(SMALL)
        .start();
  }

  private static void insert(Conversation client, int from, int count) throws InterruptedException {
    for (int i = from; i < from + count; i++) {
      client.ok("{insert: 'c', documents: [{_id: " + i + "}], writeConcern: {w: 1}}");
    }
  }

  private static int code(BsonDocument reply) {
    return reply.containsKey("code") ? reply.getInt32("code").getValue() : 0;
  }

  private static BsonDocument resume(Conversation client, BsonDocument token)
      throws InterruptedException {
    return client.run(
        "{aggregate: 'c', cursor: {}, pipeline: [{$changeStream: {resumeAfter: "
            + token.toJson()
            + "}}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.2", "4.4", "6.0", "8.2"})
  void tokensAndStreamsFallOffItsOldEnd(String release) throws InterruptedException {
    try (FakeReplicaSet set = set(ServerVersion.parse(release));
        Conversation client = new Conversation(set, 0, "d")) {
      BsonDocument read = client.watch("c", "{}");
      BsonDocument unread = client.watch("c", "{}");
      insert(client, 0, 1);
      BsonDocument first = client.events(read).get(0).getDocument("_id");
      insert(client, 1, 9);
      assertThat(code(resume(client, first))).isZero();
      List<BsonDocument> before = client.events(read);
      assertThat(before).hasSize(9);
      insert(client, 10, 15);
      BsonDocument lost = resume(client, first);
      assertThat(code(lost)).isEqualTo(286);
      assertThat(lost.getArray("errorLabels").get(0).asString().getValue())
          .isEqualTo("NonResumableChangeStreamError");
      assertThat(code(client.getMore(unread))).isEqualTo(136);
      assertThat(client.events(read)).hasSize(15);
      assertThat(code(resume(client, before.get(8).getDocument("_id")))).isZero();
    }
  }

  @Test
  void aMemberThatLagsBehindItIsTooStale() throws InterruptedException {
    try (FakeReplicaSet set = set(ServerVersion.NEWEST);
        Conversation client = new Conversation(set, 0, "d");
        Conversation lagging = new Conversation(set, 2, "d")) {
      BsonDocument cursor =
          lagging
              .ok(
                  "{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, "
                      + ON_SECONDARY
                      + "}")
              .getDocument("cursor");
      set.member(2).setLag(Duration.ofMinutes(5));
      RawConnection waiting = lagging.connection();
      waiting.send(
          "d",
          new BsonDocument("getMore", cursor.get("id"))
              .append("collection", new BsonString("c"))
              .append("maxTimeMS", new BsonInt32(60_000)));
      insert(client, 0, 10);
      try (Conversation look = new Conversation(set, 2, "d")) {
        assertThat(look.ok("{hello: 1}").getBoolean("secondary").getValue()).isTrue();
        insert(client, 10, 30);
        BsonDocument hello = look.ok("{hello: 1}");
        assertThat(hello.getBoolean("secondary").getValue()).isFalse();
        assertThat(hello.getBoolean("isWritablePrimary").getValue()).isFalse();
        assertThat(code(look.run("{find: 'c', " + ON_SECONDARY + "}"))).isEqualTo(13_436);
        BsonDocument status = client.run("admin", "{replSetGetStatus: 1}");
        BsonDocument shown = status.getArray("members").get(2).asDocument();
        assertThat(shown.getString("stateStr").getValue()).isEqualTo("RECOVERING");
        assertThat(shown.getDocument("optime").getTimestamp("ts"))
            .isEqualTo(hello.getDocument("lastWrite").getDocument("opTime").getTimestamp("ts"));
      }
      assertThat(code(lagging.receive(Duration.ofSeconds(1)))).isEqualTo(13_436);

      set.clock().advance(Duration.ofMinutes(10));
      assertThat(lagging.ok("{hello: 1}").getBoolean("secondary").getValue()).isFalse();
      set.member(2).setLag(Duration.ZERO);
      set.member(2).crash();
      set.member(2).restart();
      try (Conversation look = new Conversation(set, 2, "d")) {
        BsonDocument found = look.ok("{count: 'c', " + ON_SECONDARY + "}");
        assertThat(found.getInt32("n").getValue()).isEqualTo(40);
      }
    }
  }

  @Test
  void whatTheMajorityLacksStays() throws InterruptedException {
    try (FakeReplicaSet set = set(ServerVersion.NEWEST);
        Conversation client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      set.member(1).setLag(Duration.ofMinutes(5));
      set.member(2).setLag(Duration.ofMinutes(5));
      BsonDocument start = cursor.getDocument("postBatchResumeToken");
      insert(client, 0, 40);
      assertThat(client.events(cursor)).isEmpty();
      assertThat(code(resume(client, start))).isZero();
      set.clock().advance(Duration.ofMinutes(6));
      client.ok("{ping: 1}");
      assertThat(code(resume(client, start))).isEqualTo(286);
    }
  }

  @Test
  void whoeverWaitsForDataSeesAllThatComesAtOnce() throws InterruptedException {
    try (FakeReplicaSet set = set(ServerVersion.V7_0);
        Conversation client = new Conversation(set, 0, "d");
        Conversation watcher = new Conversation(set, 0, "d")) {
      BsonDocument cursor = watcher.watch("c", "{}");
      watcher
          .connection()
          .send(
              "d",
              new BsonDocument("getMore", cursor.get("id"))
                  .append("collection", new BsonString("c"))
                  .append("maxTimeMS", new BsonInt32(60_000)));
      String documents =
          IntStream.range(0, 100).mapToObj("{_id: %d}"::formatted).collect(joining(", "));
      client.ok("{insert: 'c', documents: [" + documents + "]}");
      BsonDocument batch = watcher.receive(Duration.ofSeconds(1)).getDocument("cursor");
      assertThat(batch.getArray("nextBatch")).hasSize(100);
    }
  }

  @Test
  void isTheSameInEveryRun() throws InterruptedException {
    assertThat(runHash()).isEqualTo(runHash());
  }

  private static long runHash() throws InterruptedException {
    try (FakeReplicaSet set = set(ServerVersion.NEWEST);
        Conversation client = new Conversation(set, 0, "d")) {
      set.member(2).setLag(Duration.ofMillis(3));
      BsonDocument cursor = client.watch("c", "{}");
      for (int i = 0; i < 10; i++) {
        insert(client, 7 * i, 7);
        client.events(cursor);
      }
      return set.outputHash();
    }
  }
}
