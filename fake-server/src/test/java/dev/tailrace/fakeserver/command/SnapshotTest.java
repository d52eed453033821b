package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads of the data as it was at one cluster time. */
class SnapshotTest {

  private static final String SNAPSHOT = ", readConcern: {level: 'snapshot'";

  private static BsonTimestamp insert(Conversation client, int id) throws InterruptedException {
    return client.ok("{insert: 'c', documents: [{_id: " + id + "}]}").getTimestamp("operationTime");
  }

  private static String at(BsonTimestamp time) {
    return SNAPSHOT + ", atClusterTime: " + json(time) + "}";
  }

  private static String json(BsonTimestamp time) {
    return "{$timestamp: {t: %d, i: %d}}".formatted(time.getTime(), time.getInc());
  }

  private static String in(int number, boolean starts) {
    return ", txnNumber: {$numberLong: '"
        + number
        + "'}, autocommit: false, "
        + (starts ? "startTransaction: true, " : "")
        + "lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.2", "4.4"})
  void areForTransactionsOnlyBefore50(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonTimestamp time = insert(client, 1);
          BsonDocument refusal = client.run("{find: 'c'" + at(time) + "}");
          assertThat(code(refusal)).isEqualTo(72);
          assertThat(refusal.getString("errmsg").getValue())
              .isEqualTo(
                  "readConcern level snapshot is only valid for the first transaction operation");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.0", "8.2"})
  void showTheDataOfThen(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          insert(client, 1);
          BsonTimestamp then = insert(client, 2);
          insert(client, 3);
          client.ok("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]}");

          BsonDocument found =
              client.ok("{find: 'c', batchSize: 1" + at(then) + "}").getDocument("cursor");
          assertThat(found.getArray("firstBatch")).containsExactly(BsonDocument.parse("{_id: 1}"));
          assertThat(found.keySet()).containsExactly("firstBatch", "id", "ns", "atClusterTime");
          assertThat(found.getTimestamp("atClusterTime")).isEqualTo(then);

          BsonDocument more =
              client
                  .ok(
                      "{getMore: {$numberLong: '%d'}, collection: 'c'}"
                          .formatted(found.getInt64("id").getValue()))
                  .getDocument("cursor");
          assertThat(more.getArray("nextBatch")).containsExactly(BsonDocument.parse("{_id: 2}"));
          assertThat(more.getTimestamp("atClusterTime")).isEqualTo(then);

          BsonDocument counted =
              client
                  .ok("{aggregate: 'c', pipeline: [{$count: 'n'}], cursor: {}" + at(then) + "}")
                  .getDocument("cursor");
          assertThat(counted.getArray("firstBatch")).containsExactly(BsonDocument.parse("{n: 2}"));

          BsonDocument distinct = client.ok("{distinct: 'c', key: '_id'" + at(then) + "}");
          assertThat(distinct.getArray("values")).hasSize(2);
          assertThat(distinct.getTimestamp("atClusterTime")).isEqualTo(then);
        });
  }

  @Test
  void withoutATimeTheServerTakesWhatTheMajorityHasAndSaysSo() throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          BsonTimestamp time = insert(client, 1);
          BsonDocument found = client.ok("{find: 'c'" + SNAPSHOT + "}}").getDocument("cursor");
          assertThat(found.getTimestamp("atClusterTime")).isEqualTo(time);
          assertThat(client.ok("{find: 'c'}").getDocument("cursor"))
              .doesNotContainKey("atClusterTime");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "count: 'c'                    | read concern snapshot not supported",
        "insert: 'c', documents: [{}]  | read concern not supported",
        "listCollections: 1            | read concern not supported"
      })
  void otherCommandsDoNotReadThem(String command, String why) throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          BsonDocument refusal = client.run("{" + command + SNAPSHOT + "}}");
          assertThat(code(refusal)).isEqualTo(72);
          assertThat(refusal.getString("errmsg").getValue())
              .isEqualTo(
                  "Command "
                      + command.substring(0, command.indexOf(':'))
                      + " does not support { readConcern: { level: \"snapshot\", provenance:"
                      + " \"clientSupplied\" } } :: caused by :: "
                      + why);
        });
  }

  @Test
  void aTimeIsForSnapshotsAndNotOfTheFuture() throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          BsonTimestamp time = insert(client, 1);
          String majority = ", readConcern: {level: 'majority', atClusterTime: ";
          assertThat(code(client.run("{find: 'c'" + majority + json(time) + "}}"))).isEqualTo(72);
          BsonTimestamp later = new BsonTimestamp(time.getTime() + 100, 1);
          BsonDocument refusal = client.run("{find: 'c'" + at(later) + "}");
          assertThat(code(refusal)).isEqualTo(72);
          assertThat(refusal.getString("errmsg").getValue())
              .startsWith("readConcern atClusterTime value must not be greater than");
        });
  }

  @Test
  void goBackNoFurtherThanFiveMinutes() throws InterruptedException {
    try (FakeReplicaSet set = FakeReplicaSet.builder().virtualTime().start();
        Conversation client = new Conversation(set, 0, "d")) {
      BsonTimestamp then = insert(client, 1);
      set.clock().advance(Duration.ofSeconds(200));
      insert(client, 2);
      assertThat(
              client.ok("{find: 'c'" + at(then) + "}").getDocument("cursor").getArray("firstBatch"))
          .hasSize(1);
      set.clock().advance(Duration.ofSeconds(200));
      insert(client, 3);
      BsonDocument refusal = client.run("{find: 'c'" + at(then) + "}");
      assertThat(code(refusal)).isEqualTo(239);
      assertThat(refusal.getString("errmsg").getValue())
          .isEqualTo(
              "Read timestamp Timestamp(%d, %d) is older than the oldest available timestamp."
                  .formatted(then.getTime(), then.getInc()));
      BsonDocument inTransaction = client.run("{find: 'c'" + at(then) + in(1, true) + "}");
      assertThat(code(inTransaction)).isEqualTo(239);
      assertThat(inTransaction.getArray("errorLabels").get(0).asString().getValue())
          .isEqualTo("TransientTransactionError");
    }
  }

  @Test
  void aSecondaryWaitsUntilItHasReachedTheTime() throws InterruptedException {
    try (FakeReplicaSet set = FakeReplicaSet.builder().members(3).virtualTime().start();
        Conversation client = new Conversation(set, 0, "d");
        Conversation secondary = new Conversation(set, 1, "d")) {
      client.ok("{create: 'c'}");
      set.member(1).setLag(Duration.ofSeconds(2));
      BsonTimestamp time = insert(client, 1);
      BsonDocument found =
          secondary.ok("{find: 'c', $readPreference: {mode: 'secondary'}" + at(time) + "}");
      assertThat(found.getDocument("cursor").getArray("firstBatch")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.4", "5.0", "8.2"})
  void transactionsBeginThereToo(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonTimestamp then = insert(client, 1);
          insert(client, 2);
          BsonDocument found =
              client.ok("{find: 'c'" + at(then) + in(1, true) + "}").getDocument("cursor");
          assertThat(found.getArray("firstBatch")).hasSize(1);
          assertThat(found).doesNotContainKey("atClusterTime");
          BsonDocument conflict =
              client.run("{insert: 'c', documents: [{_id: 2}]" + in(1, false) + "}");
          assertThat(code(conflict)).isEqualTo(112);
        });
  }

  @ParameterizedTest
  @CsvSource({"4.4, 246, 246", "6.0, 246, 246", "7.0, 0, 112", "8.2, 0, 112"})
  void aCollectionThatCameLaterIsNotThere(String release, int read, int write)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonTimestamp then = insert(client, 1);
          for (int number = 1; number <= 2; number++) {
            client.ok("{find: 'c'" + in(number, true) + "}");
            client.ok("{insert: 'later" + number + "', documents: [{_id: 1}]}");
            String late = "'later" + number + "'";
            BsonDocument reply =
                client.run(
                    number == 1
                        ? "{find: " + late + in(number, false) + "}"
                        : "{insert: " + late + ", documents: [{_id: 2}]" + in(number, false) + "}");
            assertThat(code(reply)).isEqualTo(number == 1 ? read : write);
            if (code(reply) != 0) {
              assertThat(reply.getArray("errorLabels").get(0).asString().getValue())
                  .isEqualTo("TransientTransactionError");
            }
          }
          if (ServerVersion.parse(release).atLeast(5, 0)) {
            assertThat(code(client.run("{find: 'later1'" + at(then) + "}"))).isEqualTo(read);
          }
        });
  }

  @Test
  void aReadFromTheSnapshotSeesNothingOfWhatItHadNotSeenThen() throws InterruptedException {
    Conversation.on(
        "4.4",
        client -> {
          client.ok("{find: 'c'" + in(1, true) + "}");
          insert(client, 1);
          BsonDocument refusal = client.run("{find: 'c'" + in(1, false) + "}");
          assertThat(refusal.getString("errmsg").getValue())
              .matches(
                  "Unable to read from a snapshot due to pending collection catalog changes; please"
                      + " retry the operation\\. Snapshot timestamp is Timestamp\\(\\d+, \\d+\\)\\."
                      + " Collection minimum is Timestamp\\(\\d+, \\d+\\)");
        });
  }

  @Test
  void areNoReasonToKeepDocumentsWithoutEnd() throws InterruptedException {
    Conversation.on(
        "8.0",
        client -> {
          String text = "x".repeat(1 << 20);
          client.ok("{insert: 'c', documents: [{_id: 1, text: '" + text + "'}]}");
          BsonTimestamp first = update(client, 0);
          assertThat(code(client.run("{find: 'c'" + at(first) + "}"))).isZero();
          for (int i = 1; i < 80; i++) {
            update(client, i);
          }
          BsonTimestamp late = update(client, 80);
          update(client, 81);
          assertThat(code(client.run("{find: 'c'" + at(first) + "}"))).isEqualTo(239);
          assertThat(code(client.run("{find: 'c'" + at(late) + "}"))).isZero();
        });
  }

  private static BsonTimestamp update(Conversation client, int value) throws InterruptedException {
    return client
        .ok("{update: 'c', updates: [{q: {_id: 1}, u: {$set: {a: " + value + "}}}]}")
        .getTimestamp("operationTime");
  }
}
