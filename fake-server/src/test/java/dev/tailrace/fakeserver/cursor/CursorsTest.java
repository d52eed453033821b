package dev.tailrace.fakeserver.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.network.RawConnection;
import java.time.Duration;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long cursors live, and who may use them (reference, sections 2.7 and 2.10). */
class CursorsTest {

  private static final String SESSION =
      "lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}}";

  private static FakeReplicaSet set(String version) {
    return FakeReplicaSet.builder()
        .virtualTime()
        .serverVersion(ServerVersion.parse(version))
        .start();
  }

  @Test
  void anIdleCursorIsClosedAfterTenMinutes() throws InterruptedException {
    try (var set = set("8.0");
        var client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      set.clock().advance(Duration.ofMinutes(9));
      client.events(cursor);
      set.clock().advance(Duration.ofMinutes(9));
      assertThat(set.openCursors()).isEqualTo(1);
      set.clock().advance(Duration.ofMinutes(2));
      assertThat(set.openCursors()).isZero();
      assertThat(client.getMore(cursor).getInt32("code").getValue()).isEqualTo(43);
    }
  }

  @ParameterizedTest
  @CsvSource({"4.4.1, 0", "8.0, 1"})
  void oneOfASessionLivesAsLongAsThatButNotInEarly44(String version, int alive)
      throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d")) {
      client.ok("{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, " + SESSION + "}");
      set.clock().advance(Duration.ofMinutes(15));
      assertThat(set.openCursors()).isEqualTo(alive);
      set.clock().advance(Duration.ofMinutes(20));
      assertThat(set.openCursors()).isZero();
    }
  }

  @Test
  void endsWithItsSession() throws InterruptedException {
    try (var set = set("8.0");
        var client = new Conversation(set, 0, "d")) {
      client.ok("{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, " + SESSION + "}");
      String id = SESSION.substring("lsid: ".length());
      client.ok("{endSessions: [" + id + "]}");
      assertThat(set.openCursors()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4.4, Error in $cursor stage :: caused by :: operation was interrupted",
    "8.0, Executor error during getMore :: caused by :: operation was interrupted"
  })
  void killedUnderAGetMoreThatWaits(String version, String message) throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d");
        var killer = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      String id = cursor.getInt64("id").getValue() + "";
      RawConnection connection = client.connection();
      connection.send(
          "d",
          BsonDocument.parse(
              "{getMore: {$numberLong: '" + id + "'}, collection: 'c', maxTimeMS: 60000}"));
      set.clock().advance(Duration.ofSeconds(1));
      BsonDocument killed = killer.ok("{killCursors: 'c', cursors: [{$numberLong: '" + id + "'}]}");
      assertThat(killed.getArray("cursorsKilled")).hasSize(1);
      BsonDocument reply = client.receive(Duration.ofMillis(1));
      assertThat(reply.getInt32("code").getValue()).isEqualTo(237);
      assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
    }
  }

  @Test
  void belongsToItsNamespace() throws InterruptedException {
    try (var set = set("8.0");
        var client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      BsonDocument reply =
          client.run(
              "{getMore: {$numberLong: '"
                  + cursor.getInt64("id").getValue()
                  + "'}, collection: 'other'}");
      assertThat(reply.getInt32("code").getValue()).isEqualTo(13);
      assertThat(set.openCursors()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      nullValues = "none",
      textBlock =
          """
          8.2 | , apiVersion: '1'                   | none                                | {} | { apiVersion: "1" }
          8.2 | none                                | , apiVersion: '1'                   | { apiVersion: "1" } | {}
          5.0 | , apiVersion: '1'                   | , apiVersion: '1', apiStrict: false | { apiVersion: "1", apiStrict: false } | { apiVersion: "1" }
          8.2 | , apiVersion: '1', apiStrict: true  | , apiVersion: '1', apiStrict: true  | none | none
          8.2 | none                                | none                                | none | none
          4.4 | none                                | none                                | none | none
          """)
  void isReadWithTheApiItWasOpenedWith(
      String version, String opened, String read, String used, String wanted)
      throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d")) {
      String open = "{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}%s}";
      long id =
          client
              .ok(open.formatted(opened == null ? "" : opened))
              .getDocument("cursor")
              .getInt64("id")
              .getValue();
      BsonDocument reply =
          client.run(
              "{getMore: {$numberLong: '%d'}, collection: 'c', maxTimeMS: 1%s}"
                  .formatted(id, read == null ? "" : read));
      assertThat(Conversation.code(reply)).isEqualTo(used == null ? 0 : 347);
      if (used != null) {
        assertThat(reply.getString("errmsg").getValue())
            .isEqualTo(
                "API parameter mismatch: getMore used params %s, the cursor-creating command used %s"
                    .formatted(used, wanted));
        assertThat(reply.containsKey("errorLabels")).isFalse();
        assertThat(set.openCursors()).as("is gone, as it was checked out").isZero();
      }
    }
  }
}
