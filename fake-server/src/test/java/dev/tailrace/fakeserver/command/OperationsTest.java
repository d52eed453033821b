package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code currentOp} and {@code killOp} (reference, sections 2.5 and 11.1). */
class OperationsTest {

  private static FakeReplicaSet set(String version, int members) {
    return FakeReplicaSet.builder()
        .virtualTime()
        .members(members)
        .serverVersion(ServerVersion.parse(version))
        .start();
  }

  private static List<BsonDocument> operations(Conversation client, String filter)
      throws InterruptedException {
    BsonDocument reply = client.run("admin", "{currentOp: 1" + filter + "}");
    assertThat(Conversation.code(reply)).as("%s", reply).isZero();
    return reply.getArray("inprog").stream().map(BsonValue::asDocument).toList();
  }

  private static void kill(Conversation client, String filter) throws InterruptedException {
    List<BsonDocument> found = operations(client, filter);
    assertThat(found).hasSize(1);
    BsonDocument killed =
        client.run("admin", "{killOp: 1, op: " + found.get(0).getInt32("opid").getValue() + "}");
    assertThat(killed.getString("info").getValue()).isEqualTo("attempting to kill op");
  }

  private static String getMore(BsonDocument cursor, int millis) {
    return "{getMore: {$numberLong: '%d'}, collection: 'c', maxTimeMS: %d}"
        .formatted(cursor.getInt64("id").getValue(), millis);
  }

  private static void send(Conversation client, String command) {
    client.connection().send("d", BsonDocument.parse(command));
  }

  @ParameterizedTest
  @CsvSource({
    "4.4, Error in $cursor stage :: caused by :: operation was interrupted",
    "8.2, Executor error during getMore :: caused by :: operation was interrupted"
  })
  void aGetMoreThatWaitsIsShownAndKilled(String version, String message)
      throws InterruptedException {
    try (var set = set(version, 1);
        var client = new Conversation(set, 0, "d");
        var other = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      send(client, getMore(cursor, 60_000));
      set.clock().advance(Duration.ofMillis(2500));

      List<BsonDocument> found = operations(other, ", op: 'getmore', secs_running: {$gte: 1}");
      assertThat(found).hasSize(1);
      BsonDocument shown = found.get(0);
      assertThat(shown)
          .containsEntry("ns", new BsonString("d.c"))
          .containsEntry("secs_running", new BsonInt64(2))
          .containsEntry("microsecs_running", new BsonInt64(2_500_000))
          .containsKey("opid");
      assertThat(shown.getDocument("command")).containsEntry("getMore", cursor.get("id"));
      assertThat(shown.getDocument("cursor")).containsEntry("cursorId", cursor.get("id"));

      kill(other, ", op: 'getmore'");
      BsonDocument reply = client.receive(Duration.ofMillis(1));
      assertThat(Conversation.code(reply)).isEqualTo(11_601);
      assertThat(reply.getString("codeName").getValue()).isEqualTo("Interrupted");
      assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
      assertThat(reply.containsKey("errorLabels")).as("cannot be resumed").isFalse();
      assertThat(operations(other, ", op: 'getmore'")).isEmpty();
      assertThat(set.openCursors()).as("fails with its getMore").isZero();
      assertThat(Conversation.code(client.getMore(cursor))).isEqualTo(43);
      client.ok("{ping: 1}");
    }
  }

  @Test
  void theStageShowsTheSame() throws InterruptedException {
    try (var set = set("8.2", 1);
        var client = new Conversation(set, 0, "d");
        var other = new Conversation(set, 0, "d")) {
      send(client, getMore(client.watch("c", "{}"), 60_000));
      set.clock().advance(Duration.ofSeconds(1));
      BsonDocument reply =
          other.run(
              "admin",
              "{aggregate: 1, cursor: {}, pipeline: [{$currentOp: {allUsers: true}},"
                  + " {$project: {op: 1, ns: 1, command: {$type: '$command'}}}]}");
      assertThat(reply.getDocument("cursor").getArray("firstBatch"))
          .containsExactly(
              BsonDocument.parse("{op: 'getmore', ns: 'd.c', command: 'object'}"),
              BsonDocument.parse("{op: 'command', ns: 'admin.$cmd', command: 'object'}"));
    }
  }

  @Test
  void aWriteThatWaitsForATransactionIsKilledAndDoesNothing() throws InterruptedException {
    String transaction =
        ", lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}},"
            + " txnNumber: {$numberLong: '1'}, autocommit: false";
    try (var set = set("8.2", 1);
        var client = new Conversation(set, 0, "d");
        var other = new Conversation(set, 0, "d")) {
      client.ok("{insert: 'c', documents: [{_id: 1}]}");
      String update = "{update: 'c', updates: [{q: {_id: 1}, u: {$set: {a: %d}}}]%s}";
      client.ok(update.formatted(1, transaction + ", startTransaction: true"));
      send(client, update.formatted(2, ""));
      kill(other, ", op: 'update'");
      BsonDocument reply = client.receive(Duration.ofMillis(1));
      assertThat(Conversation.code(reply)).isEqualTo(11_601);
      assertThat(reply.getString("errmsg").getValue()).isEqualTo("operation was interrupted");
      BsonDocument committed = other.run("admin", "{commitTransaction: 1" + transaction + "}");
      assertThat(Conversation.code(committed)).isZero();
      assertThat(client.ok("{find: 'c'}").getDocument("cursor").getArray("firstBatch"))
          .containsExactly(BsonDocument.parse("{_id: 1, a: 1}"));
    }
  }

  @Test
  void aWriteThatIsDoneSaysThatNobodyWaitedForTheRest() throws InterruptedException {
    try (var set = set("8.2", 3);
        var client = new Conversation(set, 0, "d");
        var other = new Conversation(set, 0, "d")) {
      set.member(1).setLag(Duration.ofHours(1));
      set.member(2).setLag(Duration.ofHours(1));
      send(client, "{insert: 'c', documents: [{_id: 1}], writeConcern: {w: 3}}");
      kill(other, ", op: 'insert'");
      BsonDocument reply = client.receive(Duration.ofMillis(1));
      assertThat(reply.getInt32("n").getValue()).isEqualTo(1);
      assertThat(reply.getDocument("writeConcernError").getInt32("code").getValue())
          .isEqualTo(11_601);
    }
  }

  @Test
  void aCommandThatAFaultHoldsBackIsKilledAtOnce() throws InterruptedException {
    try (var set = set("8.2", 1);
        var client = new Conversation(set, 0, "d");
        var other = new Conversation(set, 0, "d")) {
      other.run(
          "admin",
          "{configureFailPoint: 'failCommand', mode: {times: 1}, data: {failCommands: ['insert'],"
              + " blockConnection: true, blockTimeMS: 60000}}");
      send(client, "{insert: 'c', documents: [{_id: 1}]}");
      kill(other, ", op: 'insert'");
      assertThat(Conversation.code(client.receive(Duration.ofMillis(1)))).isEqualTo(11_601);
      set.clock().advance(Duration.ofMinutes(2));
      assertThat(client.ok("{count: 'c'}").getInt32("n").getValue()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.4", "8.2"})
  void killingWhatIsNotThereSaysTheSame(String version) throws InterruptedException {
    Conversation.on(
        version,
        client -> {
          BsonDocument reply = client.run("admin", "{killOp: 1, op: 4711}");
          assertThat(reply.getString("info").getValue()).isEqualTo("attempting to kill op");
          assertThat(Conversation.code(reply)).isZero();
          client.ok("{ping: 1}");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          d     | {killOp: 1, op: 1}            | 13
          d     | {currentOp: 1}                | 13
          admin | {killOp: 1}                   | 4
          admin | {killOp: 1, op: 'x'}          | 14
          admin | {killOp: 1, op: 1.5}          | 2
          admin | {killOp: 1, op: -3000000000}  | 26823
          admin | {killOp: 1, op: -5}           | 0
          admin | {currentOp: 1, ns: {$foo: 1}} | 2
          admin | {aggregate: 1, pipeline: [{$currentOp: 5}], cursor: {}}           | 14
          admin | {aggregate: 1, pipeline: [{$currentOp: {foo: 1}}], cursor: {}}    | 9
          admin | {aggregate: 1, pipeline: [{$currentOp: {allUsers: 1}}], cursor: {}} | 9
          d     | {aggregate: 1, pipeline: [{$currentOp: {}}], cursor: {}}          | 73
          d     | {aggregate: 'c', pipeline: [{$currentOp: {}}], cursor: {}}        | 73
          """)
  void refusesWhatItDoesNotTake(String db, String command, int code) throws InterruptedException {
    Conversation.on(
        "8.2", client -> assertThat(Conversation.code(client.run(db, command))).isEqualTo(code));
  }
}
