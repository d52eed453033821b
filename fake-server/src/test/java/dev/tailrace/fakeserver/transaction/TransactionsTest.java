package dev.tailrace.fakeserver.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.network.RawConnection;
import java.time.Duration;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransactionsTest {

  private final FakeReplicaSet set = FakeReplicaSet.builder().members(3).virtualTime().start();
  private final Conversation client = new Conversation(set, 0, "d");
  private final Conversation other = new Conversation(set, 0, "d");

  @AfterEach
  void close() {
    client.close();
    other.close();
    set.close();
  }

  private static String in(int session, boolean starts) {
    return ", txnNumber: {$numberLong: '1'}, autocommit: false, "
        + (starts ? "startTransaction: true, " : "")
        + "lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAA"
        + (char) ('A' + session)
        + "Q==', subType: '04'}}}}";
  }

  private BsonDocument commit(int session) throws InterruptedException {
    return client.run("admin", "{commitTransaction: 1" + in(session, false));
  }

  private static int code(BsonDocument reply) {
    return reply.containsKey("code") ? reply.getInt32("code").getValue() : 0;
  }

  @Test
  void readsItsSnapshotAndItsOwnWrites() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]}");
    client.ok("{insert: 'c', documents: [{_id: 2}]" + in(1, true));
    other.ok("{insert: 'c', documents: [{_id: 3}]}");
    BsonDocument seen = client.ok("{find: 'c'" + in(1, false)).getDocument("cursor");
    assertThat(seen.getArray("firstBatch"))
        .containsExactly(BsonDocument.parse("{_id: 1}"), BsonDocument.parse("{_id: 2}"));
    assertThat(code(commit(1))).isZero();
    assertThat(client.ok("{count: 'c'}").getInt32("n").getValue()).isEqualTo(3);
  }

  @Test
  void theSecondWriterOfADocumentFailsAndMayTryAgain() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]}");
    client.ok("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]" + in(1, true));
    BsonDocument conflict =
        client.run("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]" + in(2, true));
    assertThat(code(conflict)).isEqualTo(112);
    assertThat(conflict.getArray("errorLabels").get(0).asString().getValue())
        .isEqualTo("TransientTransactionError");
    assertThat(code(commit(2))).isEqualTo(251);
    assertThat(code(commit(1))).isZero();
  }

  @Test
  void aDocumentChangedSinceTheSnapshotIsAConflict() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}, {_id: 2}]}");
    client.ok("{find: 'c'" + in(1, true));
    other.ok("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]}");
    assertThat(code(client.run("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]" + in(1, false))))
        .isEqualTo(112);
  }

  @Test
  void aWriteOutsideWaitsUntilTheTransactionIsOver() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]}");
    client.ok("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]" + in(1, true));
    RawConnection connection = other.connection();
    connection.send("d", BsonDocument.parse("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]}"));
    assertThat(connection.receive(Duration.ofSeconds(5))).isNull();
    client.run("admin", "{abortTransaction: 1" + in(1, false));
    BsonDocument reply = other.receive(Duration.ofMillis(1));
    assertThat(reply.getInt32("n").getValue()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "update: 'c', updates: [{q: {}, u: {$inc: {n: 1}}, multi: true}]     | {_id: 1, n: 1}",
        "delete: 'c', deletes: [{q: {}, limit: 0}]                           | ",
        "aggregate: 'c', cursor: {}, pipeline: [{$merge: {into: 'c', whenMatched: [{$set: {n:"
            + " {$add: [{$ifNull: ['$n', 0]}, 1]}}}]}}]                      | {_id: 1, n: 1}"
      })
  void whatHasWaitedIsDoneOnceToEachDocument(String write, @Nullable String first)
      throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}, {_id: 2}]}");
    BsonDocument cursor = client.watch("c", "{}");
    client.ok("{update: 'c', updates: [{q: {_id: 2}, u: {$set: {a: 1}}}]" + in(1, true));
    other.connection().send("d", BsonDocument.parse("{" + write + "}"));
    assertThat(other.connection().receive(Duration.ofSeconds(5))).isNull();
    client.run("admin", "{abortTransaction: 1" + in(1, false));
    assertThat(other.receive(Duration.ofMillis(1)).getNumber("ok").intValue()).isEqualTo(1);
    assertThat(client.events(cursor)).hasSize(2);
    BsonDocument left = client.ok("{find: 'c', filter: {_id: 1}}").getDocument("cursor");
    assertThat(left.getArray("firstBatch"))
        .isEqualTo(first == null ? new BsonArray() : BsonArray.parse("[" + first + "]"));
  }

  @Test
  void doesNotOutliveItsLimitOrItsPrimary() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    set.clock().advance(Duration.ofSeconds(65));
    assertThat(code(commit(1))).isEqualTo(251);
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(2, true));
    set.stepDown();
    set.clock().advance(Duration.ofSeconds(1));
    try (Conversation primary = new Conversation(set, set.primary().orElseThrow().index(), "d")) {
      assertThat(primary.ok("{count: 'c'}").getInt32("n").getValue()).isZero();
    }
  }

  @Test
  void aFailedCommandTakesItsTransactionWithIt() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    assertThat(code(client.run("{find: 'c', filter: {a: {$nope: 1}}" + in(1, false)))).isEqualTo(2);
    assertThat(code(commit(1))).isEqualTo(251);
  }

  @Test
  void aStatementThatFailsTakesItsTransactionWithIt() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    BsonDocument duplicate =
        client.ok("{insert: 'c', documents: [{_id: 1}, {_id: 2}], ordered: false" + in(1, false));
    assertThat(duplicate.getArray("writeErrors")).hasSize(1);
    assertThat(duplicate.getInt32("n").getValue()).isZero(); // The second was not tried.
    assertThat(code(client.run("{find: 'c'" + in(1, false)))).isEqualTo(251);
  }

  @Test
  void makesIndexesOnlyWhereItHasMadeTheCollection() throws InterruptedException {
    String createIndexes = "{createIndexes: '%s', indexes: [{key: {a: 1}, name: 'a'}]";
    client.ok("{create: 'c'}");
    BsonDocument refusal = client.run(createIndexes.formatted("c") + in(1, true));
    assertThat(code(refusal)).isEqualTo(263);
    assertThat(refusal.getString("errmsg").getValue())
        .isEqualTo(
            "Cannot create new indexes on existing collection d.c in a multi-document"
                + " transaction.");
    assertThat(code(commit(1))).isEqualTo(251);

    other.ok(createIndexes.formatted("c") + "}");
    client.ok(createIndexes.formatted("c") + in(2, true)); // It is there already.
    client.ok(createIndexes.formatted("new") + in(2, false));
    client.ok("{create: 'made'" + in(2, false));
    client.ok(createIndexes.formatted("made") + in(2, false));
    client.ok("{insert: 'filled', documents: [{_id: 1}]" + in(2, false));
    refusal = client.run(createIndexes.formatted("filled") + in(2, false));
    assertThat(code(refusal)).isEqualTo(263);
    assertThat(refusal.getString("errmsg").getValue())
        .startsWith("Cannot create new indexes on non-empty collection d.filled");
  }

  @ParameterizedTest
  @CsvSource({"4.2, 263", "4.4, 0"})
  void makesCollectionsFrom44On(String release, int code) throws InterruptedException {
    Conversation.on(
        release, talk -> assertThat(code(talk.run("{create: 'c'" + in(1, true)))).isEqualTo(code));
  }

  @Test
  void meansOneVersionOfTheApi() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}], apiVersion: '1'" + in(1, true));
    client.ok("{insert: 'c', documents: [{_id: 2}], apiVersion: '1'" + in(1, false));
    BsonDocument refusal = client.run("admin", "{commitTransaction: 1" + in(1, false));
    assertThat(code(refusal)).isEqualTo(347);
    assertThat(refusal.getString("errmsg").getValue())
        .isEqualTo(
            "API parameter mismatch: commitTransaction used params {}, the transaction's first"
                + " command used { apiVersion: \"1\" }");
    client.ok("{find: 'c', apiVersion: '1'" + in(1, false));
    assertThat(code(client.run("{find: 'c'" + in(1, false)))).isEqualTo(347);
    assertThat(code(client.run("admin", "{commitTransaction: 1, apiVersion: '1'" + in(1, false))))
        .isEqualTo(251);

    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(2, true));
    assertThat(code(client.run("admin", "{abortTransaction: 1, apiVersion: '1'" + in(2, false))))
        .isEqualTo(347);
    assertThat(code(commit(2))).isZero();
  }

  @Test
  void aWriteConcernErrorIsNoReasonToTryAgain() throws InterruptedException {
    client.run(
        "admin",
        "{configureFailPoint: 'failCommand', mode: {times: 1}, data: {failCommands: ['insert'],"
            + " writeConcernError: {code: 91, errmsg: 'Replication is being shut down'}}}");
    BsonDocument reply = client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    assertThat(reply).containsKey("writeConcernError").doesNotContainKey("errorLabels");
    assertThat(code(commit(1))).isZero();
  }
}
