package dev.tailrace.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.network.RawConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The recorded fail-over of a set of three: a step-down, an election, and a shutdown. What was sent
 * is said in words in the recording, and here in commands; the replies are compared in its order.
 */
class GoldenFailoverTest {

  private static final Duration AT_ONCE = Duration.ofNanos(1);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int LONG_AWAIT_MILLIS = 30_000;

  /** The recorded replies, in order; what is said of each is its name. */
  private final Map<String, BsonDocument> recorded = new LinkedHashMap<>();

  private final List<String> played = new ArrayList<>();
  private final Comparison comparison = new Comparison();
  private final List<String> differences = new ArrayList<>();

  @Test
  void goesAsItWasRecorded() throws InterruptedException {
    for (BsonDocument line : Recordings.read("failover.jsonl")) {
      recorded.put(line.getString("what").getValue(), line.getDocument("reply"));
    }
    try (FakeReplicaSet set =
        FakeReplicaSet.builder()
            .members(3)
            .setName("rs3")
            .virtualTime()
            .serverVersion(ServerVersion.parse("4.4.1"))
            .start()) {
      play(set);
    }
    assertThat(differences).isEmpty();
    assertThat(played).containsExactlyElementsOf(recorded.keySet());
  }

  private void play(FakeReplicaSet set) throws InterruptedException {
    RawConnection primary = set.connect(0);
    RawConnection secondary = set.connect(1);
    BsonDocument before = ask("isMaster of the primary", primary, "admin", "{isMaster: 1}");
    ask("isMaster of a secondary", secondary, "admin", "{isMaster: 1}");
    ask("insert on a secondary", secondary, "fo", "{insert: 'c', documents: [{_id: 0}]}");
    ask("find on a secondary without slaveOk", secondary, "fo", "{find: 'c'}");
    String preferred = "$readPreference: {mode: 'secondaryPreferred'}}";
    ask("find on a secondary with secondaryPreferred", secondary, "fo", "{find: 'c', " + preferred);
    ask(
        "change stream on a secondary",
        secondary,
        "fo",
        "{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, " + preferred);

    BsonDocument stream =
        primary
            .command(
                "fo",
                BsonDocument.parse("{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}}"))
            .getDocument("cursor");
    RawConnection reader = set.connect(0);
    reader.send("fo", getMore(stream));
    RawConnection monitor = set.connect(0);
    monitor.send("admin", awaitable(before));
    set.clock().advance(Duration.ofMillis(300));

    ask("replSetStepDown", primary, "admin", "{replSetStepDown: 60}");
    check("awaitable isMaster waiting during the step-down", monitor.receive(AT_ONCE));
    ask(
        "insert on the old primary, connection from before",
        primary,
        "fo",
        "{insert: 'c', documents: [{_id: 1}]}");
    ask(
        "insert with retryable write on the old primary",
        primary,
        "fo",
        "{insert: 'c', documents: [{_id: 2}], txnNumber: {$numberLong: '1'},"
            + " lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}}}");
    set.clock().advance(Duration.ofSeconds(1));
    RawConnection newPrimary = set.connect(set.primary().orElseThrow().index());
    ask("isMaster of the new primary", newPrimary, "admin", "{isMaster: 1}");
    ask("insert on the new primary", newPrimary, "fo", "{insert: 'c', documents: [{_id: 3}]}");
    check("getMore waiting during the step-down", reader.receive(AT_ONCE));
    reader.send("fo", getMore(stream).append("maxTimeMS", new BsonInt32(100)));
    check(
        "getMore on the same cursor at the old primary, now a secondary", reader.receive(PATIENCE));
    newPrimary.send("fo", getMore(stream));
    check("getMore of that cursor at the new primary", newPrimary.receive(PATIENCE));
    newPrimary.send("fo", resume(stream));
    check("resume at the new primary with the first stream's token", newPrimary.receive(PATIENCE));
    newPrimary.send(
        "fo",
        new BsonDocument("killCursors", new BsonString("c"))
            .append("cursors", new BsonArray(List.of(stream.getInt64("id")))));
    check("kill of that cursor at the new primary", newPrimary.receive(PATIENCE));

    BsonDocument now = primary.command("admin", BsonDocument.parse("{isMaster: 1}"));
    monitor.send("admin", awaitable(now));
    reader.send("fo", getMore(stream));
    set.clock().advance(Duration.ofMillis(300));
    primary.send("admin", BsonDocument.parse("{shutdown: 1, force: true}"));
    check("awaitable isMaster waiting during a shutdown", monitor.receive(AT_ONCE));
    check("getMore waiting during a shutdown", reader.receive(AT_ONCE));
    check("the shutdown command itself", primary.receive(AT_ONCE));
    check("ping on an idle connection after a shutdown", primary.receive(AT_ONCE));
  }

  private BsonDocument ask(String what, RawConnection connection, String db, String command)
      throws InterruptedException {
    BsonDocument reply = connection.command(db, BsonDocument.parse(command));
    check(what, reply);
    return reply;
  }

  private void check(String what, @Nullable BsonDocument reply) {
    played.add(what);
    BsonDocument expected = recorded.get(what);
    if (expected == null) {
      differences.add("nothing of that name was recorded: " + what);
      return;
    }
    BsonDocument actual =
        reply == null ? new BsonDocument("$connection", new BsonString("EOFError")) : reply;
    comparison.compareReplies(what, expected, actual);
    differences.addAll(comparison.takeDifferences());
  }

  private static BsonDocument getMore(BsonDocument cursor) {
    return new BsonDocument("getMore", new BsonInt64(cursor.getInt64("id").getValue()))
        .append("collection", new BsonString("c"))
        .append("maxTimeMS", new BsonInt32(LONG_AWAIT_MILLIS));
  }

  private static BsonDocument awaitable(BsonDocument isMaster) {
    return new BsonDocument("isMaster", new BsonInt32(1))
        .append("topologyVersion", isMaster.get("topologyVersion"))
        .append("maxAwaitTimeMS", new BsonInt32(LONG_AWAIT_MILLIS));
  }

  private static BsonDocument resume(BsonDocument cursor) {
    BsonValue token = cursor.get("postBatchResumeToken");
    BsonDocument stage = new BsonDocument("$changeStream", new BsonDocument("resumeAfter", token));
    return new BsonDocument("aggregate", new BsonString("c"))
        .append("pipeline", new BsonArray(List.of(stage)))
        .append("cursor", new BsonDocument());
  }
}
