package dev.tailrace.fakeserver.transaction;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions keep what they have touched as it is, until they end. */
class LocksTest {

  private static final Duration A_WHILE = Duration.ofSeconds(5);

  private final FakeReplicaSet set = FakeReplicaSet.builder().members(3).virtualTime().start();
  private final Conversation client = new Conversation(set, 0, "d");
  private final Conversation other = new Conversation(set, 0, "d");

  @BeforeEach
  void create() throws InterruptedException {
    client.ok("{create: 'c'}");
    client.ok("{create: 'free'}");
    client.ok("{create: 'view', viewOn: 'c', pipeline: []}");
  }

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

  private BsonDocument end(String how, int session) throws InterruptedException {
    return client.run("admin", "{" + how + "Transaction: 1" + in(session, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "d     | drop: 'c'",
        "d     | aggregate: 'free', pipeline: [{$out: 'c'}], cursor: {}",
        "d     | dropDatabase: 1",
        "admin | renameCollection: 'd.c', to: 'd.x'",
        "admin | renameCollection: 'd.free', to: 'd.c', dropTarget: true",
        "d     | collMod: 'c', validator: {}",
        "d     | createIndexes: 'c', indexes: [{key: {a: 1}, name: 'a'}]",
        "d     | dropIndexes: 'c', index: '*'",
        "d     | convertToCapped: 'c', size: 4096"
      })
  void aChangeOfACollectionWaitsForWhoeverHasTouchedIt(String db, String ddl)
      throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    assertThat(code(other.run(db, "{" + ddl + ", maxTimeMS: 20}"))).isEqualTo(50);

    other.connection().send(db, BsonDocument.parse("{" + ddl + "}"));
    assertThat(other.connection().receive(A_WHILE)).isNull();
    assertThat(code(end("commit", 1))).isZero();
    assertThat(code(other.receive(Duration.ofMillis(1)))).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "find: 'c'",
        "find: 'view'",
        "aggregate: 'free', cursor: {}, pipeline: [{$lookup: {from: 'c', as: 'x', pipeline: []}}]"
      })
  void aReadIsEnough(String read) throws InterruptedException {
    client.ok("{" + read + in(1, true));
    assertThat(code(other.run("{drop: 'c', maxTimeMS: 20}"))).isEqualTo(50);
    end("abort", 1);
    other.ok("{drop: 'c'}");
  }

  @Test
  void whatIsUntouchedNeedsNoWait() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    other.ok("{drop: 'free'}");
    other.ok("{createIndexes: 'c', indexes: [{key: {_id: 1}, name: '_id_'}]}");
  }

  @Test
  void whoComesAfterAChangeThatWaitsWaitsBehindIt() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    other.connection().send("d", BsonDocument.parse("{drop: 'c'}"));
    try (Conversation third = new Conversation(set, 0, "d")) {
      third.connection().send("d", BsonDocument.parse("{insert: 'c', documents: [{_id: 2}]}"));
      assertThat(third.connection().receive(A_WHILE)).isNull();
      client.ok("{insert: 'c', documents: [{_id: 3}]" + in(1, false)); // It has its lock.
      assertThat(code(end("commit", 1))).isZero();
      assertThat(other.receive(Duration.ofMillis(1)).getString("ns").getValue()).isEqualTo("d.c");
      assertThat(code(third.receive(Duration.ofMillis(1)))).isZero();
    }
    assertThat(client.ok("{count: 'c'}").getInt32("n").getValue()).isEqualTo(1);
  }

  @Test
  void aCreationWaitsForWhoeverHasLookedForTheCollection() throws InterruptedException {
    client.ok("{find: 'new'" + in(1, true));
    assertThat(code(other.run("{create: 'new', maxTimeMS: 20}"))).isEqualTo(50);
    other.connection().send("d", BsonDocument.parse("{create: 'new'}"));
    assertThat(other.connection().receive(A_WHILE)).isNull();
    end("commit", 1);
    assertThat(code(other.receive(Duration.ofMillis(1)))).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{create: 'new'}",
        "{create: 'new', timeseries: {timeField: 'at'}}",
        "{create: 'new', viewOn: 'free', pipeline: []}",
        "{aggregate: 'free', pipeline: [{$out: 'new'}], cursor: {}}",
        "{aggregate: 'free', pipeline: [{$merge: 'new'}], cursor: {}}",
        "{aggregate: 'free', pipeline: [{$merge: {into: {db: 'd', coll: 'new'}}}], cursor: {}}"
      })
  void whatMakesACollectionWaitsBehindItsDatabasesEnd(String command) throws InterruptedException {
    client.ok("{insert: 'free', documents: [{_id: 1}]}");
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    other.connection().send("d", BsonDocument.parse("{dropDatabase: 1}"));
    assertThat(other.connection().receive(A_WHILE)).isNull();
    try (Conversation third = new Conversation(set, 0, "d")) {
      third.connection().send("d", BsonDocument.parse(command));
      assertThat(third.connection().receive(A_WHILE)).isNull();
      end("commit", 1);
      assertThat(code(other.receive(Duration.ofMillis(1)))).isZero();
      assertThat(code(third.receive(Duration.ofMillis(1)))).isZero();
    }
  }

  @Test
  void whatIsMergedIntoACollectionWaitsBehindItsChange() throws InterruptedException {
    client.ok("{insert: 'free', documents: [{_id: 1}]}");
    client.ok("{insert: 'c', documents: [{_id: 2}]" + in(1, true));
    String merge = "{aggregate: 'free', pipeline: [{$merge: 'c'}], cursor: {}}";
    client.ok(merge); // Beside documents it goes on.
    other.connection().send("d", BsonDocument.parse("{collMod: 'c', validator: {}}"));
    try (Conversation third = new Conversation(set, 0, "d")) {
      third.connection().send("d", BsonDocument.parse(merge));
      assertThat(third.connection().receive(A_WHILE)).isNull();
      end("commit", 1);
      assertThat(code(third.receive(Duration.ofMillis(1)))).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "100, 100, 105", "-1, 1000, 1000"})
  void howLongATransactionWaitsForALockIsAParameter(int millis, long from, long to)
      throws InterruptedException {
    client.run(
        "admin", "{setParameter: 1, maxTransactionLockRequestTimeoutMillis: %d}".formatted(millis));
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    other.connection().send("d", BsonDocument.parse("{drop: 'c'}"));
    assertThat(other.connection().receive(A_WHILE)).isNull();
    try (Conversation third = new Conversation(set, 0, "d")) {
      long before = set.clock().nanoTime() / 1_000_000;
      third.connection().send("d", BsonDocument.parse("{find: 'c'" + in(2, true)));
      BsonDocument refusal = third.connection().receive(Duration.ofSeconds(1));
      assertThat(set.clock().nanoTime() / 1_000_000 - before).isBetween(from, to);
      assertThat(refusal == null ? 0 : code(refusal)).isEqualTo(millis < 0 ? 0 : 24);
      assertThat(refusal == null ? "within -1ms." : refusal.getString("errmsg").getValue())
          .endsWith("within " + millis + "ms.");
    }
  }

  @Test
  void aTransactionWaitsForALockNoLongerThanFiveMilliseconds() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    other.connection().send("d", BsonDocument.parse("{drop: 'c'}"));
    assertThat(other.connection().receive(A_WHILE)).isNull();

    long before = set.clock().nanoTime() / 1_000_000;
    BsonDocument refusal = client.run("{find: 'c'" + in(2, true));
    assertThat(set.clock().nanoTime() / 1_000_000 - before).isBetween(5L, 10L);
    assertThat(code(refusal)).isEqualTo(24);
    assertThat(refusal.getString("codeName").getValue()).isEqualTo("LockTimeout");
    assertThat(refusal.getArray("errorLabels").get(0).asString().getValue())
        .isEqualTo("TransientTransactionError");
    assertThat(code(end("commit", 2))).isEqualTo(251);
  }

  @Test
  void aChangeThatGivesUpLetsTheOthersGoOn() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    other.connection().send("d", BsonDocument.parse("{drop: 'c', maxTimeMS: 1000}"));
    try (Conversation third = new Conversation(set, 0, "d")) {
      third.connection().send("d", BsonDocument.parse("{insert: 'c', documents: [{_id: 2}]}"));
      assertThat(code(other.receive(Duration.ofSeconds(2)))).isEqualTo(50);
      assertThat(code(third.receive(Duration.ofMillis(1)))).isZero();
      third.connection().send("d", BsonDocument.parse("{drop: 'c'}"));
    } // Whose client is gone now.
    client.ok("{find: 'c'" + in(2, true));
  }

  @Test
  void readsOutsideWaitWhereReadsLock() throws InterruptedException {
    for (String release : new String[] {"4.4", "5.0"}) {
      try (FakeReplicaSet old =
              FakeReplicaSet.builder()
                  .virtualTime()
                  .serverVersion(ServerVersion.parse(release))
                  .start();
          Conversation holder = new Conversation(old, 0, "d");
          Conversation ddl = new Conversation(old, 0, "d")) {
        holder.ok("{create: 'c'}");
        holder.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
        ddl.connection().send("d", BsonDocument.parse("{drop: 'c'}"));
        assertThat(ddl.connection().receive(A_WHILE)).isNull();
        BsonDocument read = holder.run("{find: 'c', maxTimeMS: 20}");
        assertThat(code(read)).as(release).isEqualTo(release.equals("4.4") ? 50 : 0);
      }
    }
  }

  @Test
  void whoWaitsIsInterruptedWhenThePrimaryStepsDown() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]}");
    client.ok("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]" + in(1, true));
    try (Conversation writer = new Conversation(set, 0, "d")) {
      writer
          .connection()
          .send("d", BsonDocument.parse("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]}"));
      other.connection().send("d", BsonDocument.parse("{drop: 'c'}"));
      assertThat(other.connection().receive(A_WHILE)).isNull();
      set.stepDown();
      assertThat(code(other.receive(A_WHILE))).isEqualTo(11602);
      assertThat(code(writer.receive(A_WHILE))).isEqualTo(11602);
    }
  }

  @Test
  void aWriteThatHasWaitedStillWaitsForItsWriteConcern() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]}");
    client.ok("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]" + in(1, true));
    set.members().get(1).setLag(Duration.ofHours(1));
    set.members().get(2).setLag(Duration.ofHours(1));
    other
        .connection()
        .send(
            "d",
            BsonDocument.parse(
                "{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}], writeConcern: {w: 3, wtimeout:"
                    + " 1000}}"));
    assertThat(other.connection().receive(A_WHILE)).isNull();
    end("abort", 1);
    assertThat(other.receive(A_WHILE)).containsKey("writeConcernError");
  }

  private void kill(Conversation killer, String command) throws InterruptedException {
    BsonDocument found =
        killer.run("admin", "{currentOp: 1, 'command." + command + "': {$exists: true}}");
    int id = found.getArray("inprog").get(0).asDocument().getInt32("opid").getValue();
    killer.run("admin", "{killOp: 1, op: " + id + "}");
  }

  @Test
  void aChangeThatIsKilledLetsTheOthersGoOnAtOnce() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    other.connection().send("d", BsonDocument.parse("{drop: 'c'}"));
    try (Conversation third = new Conversation(set, 0, "d")) {
      third.connection().send("d", BsonDocument.parse("{insert: 'c', documents: [{_id: 2}]}"));
      assertThat(third.connection().receive(Duration.ofMillis(1))).isNull();
      kill(client, "drop");
      assertThat(code(other.receive(Duration.ofMillis(1)))).isEqualTo(11601);
      assertThat(code(third.receive(Duration.ofMillis(1)))).isZero();
    }
  }

  @Test
  void aCommandThatIsKilledTakesItsTransactionWithIt() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    other.connection().send("d", BsonDocument.parse("{drop: 'c'}"));
    assertThat(other.connection().receive(Duration.ofMillis(1))).isNull();
    try (Conversation third = new Conversation(set, 0, "d")) {
      third.ok("{insert: 'free', documents: [{_id: 1}]" + in(2, true));
      third.connection().send("d", BsonDocument.parse("{find: 'c'" + in(2, false)));
      assertThat(third.connection().receive(Duration.ofMillis(1))).isNull();
      kill(client, "find");
      assertThat(code(third.receive(Duration.ofMillis(1)))).isEqualTo(11601);
      assertThat(code(end("commit", 2))).isEqualTo(251);
    }
  }

  @Test
  void aCommandWhoseTransactionEndsMeanwhileIsNotDone() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    other.connection().send("d", BsonDocument.parse("{drop: 'c'}"));
    assertThat(other.connection().receive(Duration.ofMillis(1))).isNull();
    try (Conversation third = new Conversation(set, 0, "d")) {
      third.ok("{insert: 'free', documents: [{_id: 1}]" + in(2, true));
      third.connection().send("d", BsonDocument.parse("{find: 'c'" + in(2, false)));
      assertThat(third.connection().receive(Duration.ofMillis(1))).isNull();
      end("abort", 2);
      assertThat(code(third.receive(Duration.ofMillis(1)))).isEqualTo(251);
    }
  }

  @Test
  void aPrimaryThatLosesTheMajorityAbortsWhatIsUnderWay() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]" + in(1, true));
    set.members().get(1).crash();
    set.members().get(2).crash();
    set.members().get(1).restart();
    set.clock().advance(Duration.ofSeconds(3));
    assertThat(client.run("admin", "{hello: 1}").getBoolean("isWritablePrimary").getValue())
        .isTrue();
    assertThat(code(end("commit", 1))).isEqualTo(251);
  }
}
