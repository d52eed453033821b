package dev.tailrace.fakeserver.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.network.RawConnection;
import java.time.Duration;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsTest {

  private static final BsonDocument PING = new BsonDocument("ping", new BsonInt32(1));

  private final FakeReplicaSet set = FakeReplicaSet.builder().members(3).virtualTime().start();
  private final Conversation client = new Conversation(set, 0, "d");

  @AfterEach
  void close() {
    client.close();
    set.close();
  }

  private int pingCode() throws InterruptedException {
    BsonDocument reply = client.run("admin", "{ping: 1}");
    return reply.containsKey("code") ? reply.getInt32("code").getValue() : 0;
  }

  @Test
  void strikesTheNthCommandAndNoOther() throws InterruptedException {
    Faults.Handle handle = set.faults().on("ping").nth(2).fail(91);
    assertThat(pingCode()).isZero();
    assertThat(pingCode()).isEqualTo(91);
    assertThat(pingCode()).isZero();
    assertThat(handle.hits()).isEqualTo(1);
  }

  @Test
  void strikesAtOneMemberOnly() throws InterruptedException {
    set.faults().on("ping").atMember(1).always().fail(6);
    assertThat(pingCode()).isZero();
    try (Conversation other = new Conversation(set, 1, "d")) {
      assertThat(other.run("admin", "{ping: 1}").getInt32("code").getValue()).isEqualTo(6);
    }
  }

  @Test
  void aRuleCanBeTakenBack() throws InterruptedException {
    Faults.Handle handle = set.faults().on("ping").always().fail(6);
    assertThat(pingCode()).isEqualTo(6);
    handle.remove();
    assertThat(pingCode()).isZero();
  }

  @Test
  void closesTheConnectionBeforeOrAfterTheCommand() throws InterruptedException {
    set.faults().on("insert").closeConnection();
    RawConnection connection = client.connection();
    connection.send("d", BsonDocument.parse("{insert: 'c', documents: [{_id: 1}]}"));
    assertThat(connection.receive(Duration.ofSeconds(1))).isNull();
    assertThat(connection.isClosedByMember()).isTrue();

    set.faults().on("insert").afterCommand().closeConnection();
    try (Conversation second = new Conversation(set, 0, "d")) {
      second.connection().send("d", BsonDocument.parse("{insert: 'c', documents: [{_id: 2}]}"));
      assertThat(second.connection().receive(Duration.ofSeconds(1))).isNull();
    }
    try (Conversation third = new Conversation(set, 0, "d")) {
      BsonDocument found = third.ok("{find: 'c'}").getDocument("cursor");
      assertThat(found.getArray("firstBatch")).containsExactly(BsonDocument.parse("{_id: 2}"));
    }
  }

  @Test
  void aReplyThatIsCutOrGarbledOrLostIsNoReply() throws InterruptedException {
    set.faults().on("ping").closeMidReply(20);
    assertNoReply();
    set.faults().on("ping").garbleReply();
    assertNoReply();
    set.faults().on("ping").dropReply();
    assertNoReply();
    set.faults().on("ping").halfOpen();
    assertNoReply();
  }

  private void assertNoReply() throws InterruptedException {
    try (RawConnection connection = set.connect(0)) {
      connection.send("admin", PING);
      assertThat(connection.receive(Duration.ofSeconds(30))).isNull();
    }
  }

  @Test
  void aReplyCanComeTwiceAndLate() throws InterruptedException {
    set.faults().on("ping").duplicateReply();
    RawConnection connection = client.connection();
    connection.send("admin", PING);
    assertThat(connection.receive(Duration.ofSeconds(1))).isNotNull();
    assertThat(connection.receive(Duration.ofSeconds(1))).isNotNull();
    set.faults().on("ping").afterCommand().delay(Duration.ofSeconds(7));
    long before = set.clock().nanoTime();
    assertThat(pingCode()).isZero();
    assertThat(set.clock().nanoTime() - before).isEqualTo(Duration.ofSeconds(7).toNanos());
  }

  @Test
  void killsTheCursorOfAGetMore() throws InterruptedException {
    BsonDocument cursor = client.watch("c", "{}");
    set.faults().on("getMore").killCursor();
    assertThat(client.getMore(cursor).getInt32("code").getValue()).isEqualTo(43);
  }

  @Test
  void aCrashTakesConnectionsAndCursorsAndLeavesTheData() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]}");
    set.faults().on("ping").crash();
    client.connection().send("admin", PING);
    assertThat(client.connection().receive(Duration.ofSeconds(1))).isNull();
    assertThat(set.member(0).isUp()).isFalse();
    set.clock().advance(Duration.ofSeconds(1));
    int primary = set.primary().orElseThrow().index();
    assertThat(primary).isNotZero();
    set.member(0).restart();
    try (Conversation again = new Conversation(set, primary, "d")) {
      assertThat(again.ok("{count: 'c'}").getInt32("n").getValue()).isEqualTo(1);
    }
  }

  @Test
  void failCommandCountsOnlyWhatItMatches() throws InterruptedException {
    client.run(
        "admin",
        "{configureFailPoint: 'failCommand', mode: {times: 1},"
            + " data: {failCommands: ['isMaster'], errorCode: 91, errorLabels: ['A']}}");
    assertThat(pingCode()).isZero();
    BsonDocument failed = client.run("admin", "{ismaster: 1}");
    assertThat(failed.getInt32("code").getValue()).isEqualTo(91);
    assertThat(failed.getArray("errorLabels")).containsExactly(new BsonString("A"));
    assertThat(client.run("admin", "{isMaster: 1}").containsKey("code")).isFalse();
  }

  @Test
  void failCommandBlocksInTheSetsOwnTime() throws InterruptedException {
    client.run(
        "admin",
        "{configureFailPoint: 'failCommand', mode: {times: 1},"
            + " data: {failCommands: ['ping'], blockConnection: true, blockTimeMS: 500}}");
    long before = set.clock().nanoTime();
    assertThat(pingCode()).isZero();
    assertThat(set.clock().nanoTime() - before).isEqualTo(Duration.ofMillis(500).toNanos());
  }

  private static String retryable(String command, int txnNumber) {
    return command.substring(0, command.length() - 1)
        + ", lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}},"
        + " txnNumber: {$numberLong: '"
        + txnNumber
        + "'}}";
  }

  private void armTransactionalWrite(String mode, String data) throws InterruptedException {
    BsonDocument reply =
        client.run(
            "admin",
            "{configureFailPoint: 'onPrimaryTransactionalWrite', mode: "
                + mode
                + ", data: "
                + data
                + "}");
    assertThat(reply.getNumber("ok").intValue()).isEqualTo(1);
  }

  private int countOf(String filter) throws InterruptedException {
    return client.ok("{count: 'c', query: " + filter + "}").getInt32("n").getValue();
  }

  @Test
  void transactionalWriteIsDoneAndNobodyHears() throws InterruptedException {
    armTransactionalWrite("{times: 1}", "{}");
    String insert = retryable("{insert: 'c', documents: [{_id: 1}]}", 1);
    try (Conversation other = new Conversation(set, 0, "d")) {
      other.connection().send("d", BsonDocument.parse(insert));
      assertThat(other.connection().receive(Duration.ofSeconds(1))).isNull();
      assertThat(other.connection().isClosedByMember()).isTrue();
    }
    assertThat(countOf("{}")).isEqualTo(1);
    assertThat(client.ok(insert).getInt32("n").getValue()).isEqualTo(1);
    assertThat(countOf("{}")).isEqualTo(1);
  }

  @Test
  void transactionalWriteFailsBeforeItCommits() throws InterruptedException {
    armTransactionalWrite(
        "{times: 1}", "{failBeforeCommitExceptionCode: 1, closeConnection: false}");
    client.ok("{insert: 'c', documents: [{_id: 0}]}"); // No retryable write: it does not pass.
    BsonDocument reply = client.ok(retryable("{insert: 'c', documents: [{_id: 1}]}", 1));
    assertThat(reply.getInt32("n").getValue()).isZero();
    BsonDocument error = reply.getArray("writeErrors").get(0).asDocument();
    assertThat(error.getInt32("code").getValue()).isEqualTo(1);
    assertThat(error.getString("errmsg").getValue())
        .startsWith("Failing write for 00000000-0000-4000-8000-000000000001 - ")
        .endsWith(":1 due to failpoint. The write must not be reflected.");
    assertThat(countOf("{}")).isEqualTo(1);
  }

  @Test
  void insertsOfOneCommandPassTogetherAndUpdatesOneByOne() throws InterruptedException {
    armTransactionalWrite(
        "{skip: 1}", "{failBeforeCommitExceptionCode: 1, closeConnection: false}");
    client.ok(retryable("{insert: 'c', documents: [{_id: 1}, {_id: 2}, {_id: 3}]}", 1));
    assertThat(countOf("{}")).isEqualTo(3);
    armTransactionalWrite(
        "{skip: 1}", "{failBeforeCommitExceptionCode: 1, closeConnection: false}");
    client.ok(
        retryable(
            "{update: 'c', updates: [{q: {_id: 1}, u: {$set: {a: 1}}},"
                + " {q: {_id: 2}, u: {$set: {a: 1}}}]}",
            2));
    assertThat(countOf("{a: 1}")).isEqualTo(1);
  }
}
