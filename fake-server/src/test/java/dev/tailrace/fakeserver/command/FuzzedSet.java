package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.network.RawConnection;
import dev.tailrace.fakeserver.storage.RawDocuments;
import java.time.Duration;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonSerializationException;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A set that is sent all kinds of commands, beside which a client looks that nothing breaks. A
 * change stream on the whole set says what was written, and so what the collections have to hold.
 */
final class FuzzedSet implements AutoCloseable {

  /** Longer than anything waits on its own, but for what was told to wait longer. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final int STEPS_BETWEEN_READS = 5;

  private static final List<String> FAIL_POINTS =
      List.of(
          "failCommand",
          "failGetMoreAfterCursorCheckout",
          "disableAwaitDataForGetMoreCmd",
          "failWithErrorCodeInRunCommand",
          "maxTimeAlwaysTimeOut",
          "onPrimaryTransactionalWrite",
          "waitInHello");

  private static final String IN_SESSION =
      "lsid: {id: {$uuid: 'bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb'}}, txnNumber: {$numberLong: '1'},"
          + " autocommit: false";

  private final String name;
  private final ServerVersion version;
  private final FakeReplicaSet set;
  private final RandomCommands commands;
  private final ReplayedCollections written = new ReplayedCollections();
  private int steps;
  private RawConnection client;
  private RawConnection witness;
  private BsonDocument stream = new BsonDocument();
  private BsonDocument resumeToken = new BsonDocument();

  FuzzedSet(long seed, ServerVersion version) throws InterruptedException {
    name = "seed " + seed + " on " + version;
    this.version = version;
    set = FakeReplicaSet.builder().virtualTime().seed(seed).serverVersion(version).start();
    commands = new RandomCommands(seed);
    client = set.connect(0);
    witness = set.connect(0);
    openStream();
    for (String command :
        List.of(
            "{insert: 'c', documents: [{_id: 0, a: 1}, {_id: 1, a: [1, 2]}, {_id: 2, a: 'x'}]}",
            "{insert: 'e', documents: [{_id: 0, a: 1}, {_id: 1}]}",
            "{create: 'capped', capped: true, size: 4096}",
            "{insert: 'capped', documents: [{_id: 1}, {_id: 2}]}",
            "{create: 'v', viewOn: 'c', pipeline: []}")) {
      ask("d", command);
    }
  }

  /** Sends one more command, and looks at the answer. */
  void step() throws InterruptedException {
    RandomCommands.Drawn drawn = commands.next();
    if (!canBeSent(drawn.command())) {
      return;
    }
    String what = name + ": " + drawn.db() + " " + print(drawn.command());
    @Nullable BsonDocument reply;
    try {
      reply = client.command(drawn.db(), drawn.command(), PATIENCE);
    } catch (RuntimeException e) {
      throw new AssertionError("the set broke over " + what, e);
    }
    if (reply == null && !client.isClosedByMember()) {
      reply = killed(what);
    }
    if (reply == null) {
      restartIfDown();
      client.close();
      client = set.connect(0);
      return;
    }
    FuzzedReply.check(reply, what, version);
    remember(reply);
    if (++steps % STEPS_BETWEEN_READS == 0) {
      readStream();
    }
  }

  /** Not all that can be built can be written: there is no regular expression with a zero in it. */
  private static boolean canBeSent(BsonDocument command) {
    try {
      RawDocuments.of(command);
      return true;
    } catch (BsonSerializationException e) {
      return false;
    }
  }

  /** The answer of a command that has waited for too long, once it is told to end. */
  private BsonDocument killed(String what) throws InterruptedException {
    BsonDocument running = ask("admin", "{currentOp: 1}");
    for (BsonValue operation : running.getArray("inprog")) {
      int id = operation.asDocument().getInt32("opid").getValue();
      ask("admin", "{killOp: 1, op: " + id + "}");
    }
    BsonDocument reply = client.receive(Duration.ofMillis(1));
    if (reply == null) {
      throw new AssertionError("nothing ends " + what);
    }
    return reply;
  }

  private void remember(BsonDocument reply) {
    if (reply.get("cursor") instanceof BsonDocument cursor) {
      if (cursor.get("id") instanceof BsonInt64 id && id.getValue() != 0) {
        commands.cursors.add(id.getValue());
      }
      if (cursor.get("postBatchResumeToken") instanceof BsonDocument token) {
        commands.tokens.add(BsonDocument.parse(token.toJson()));
      }
      BsonValue batch = cursor.get("nextBatch", cursor.get("firstBatch"));
      if (batch instanceof BsonArray events) {
        for (BsonValue event : events) {
          if (event.asDocument().get("_id") instanceof BsonDocument id && id.containsKey("_data")) {
            commands.tokens.add(BsonDocument.parse(id.toJson()));
          }
        }
      }
    }
  }

  // ---- Afterwards -------------------------------------------------------------------------------

  /** Fails unless all is as it was before, but for what was acknowledged. */
  void requireWorking() throws InterruptedException {
    calmDown();
    assertThat(ask("admin", "{ping: 1}").getNumber("ok").intValue()).as(name).isEqualTo(1);
    for (long cursor : commands.cursors) {
      BsonDocument getMore =
          new BsonDocument("getMore", new BsonInt64(cursor))
              .append("collection", new BsonString("c"));
      BsonDocument reply = command(witness, "d", getMore);
      boolean isInUse = reply.containsKey("code") && reply.getInt32("code").getValue() == 143;
      assertThat(isInUse).as("%s: a cursor is stuck", name).isFalse();
    }
    requireWritesToWork();
    requireWhatWasWritten();
  }

  /** Takes back what commands may have told the set to do, and ends what they left open. */
  private void calmDown() throws InterruptedException {
    restartIfDown();
    for (String failPoint : FAIL_POINTS) {
      ask("admin", "{configureFailPoint: '" + failPoint + "', mode: 'off'}");
    }
    set.clock().advance(Duration.ofMinutes(3));
    if (set.primary().isEmpty()) {
      // It was told to stay out of elections for longer, which a process forgets when it ends.
      set.member(0).crash();
      restartIfDown();
      set.clock().advance(Duration.ofMinutes(1));
    }
    ask("admin", "{killAllSessions: []}");
  }

  private void restartIfDown() {
    boolean isUp = set.member(0).isUp();
    if (!isUp) {
      set.member(0).restart();
    }
    if (!isUp || witness.isClosedByMember()) {
      witness.close();
      witness = set.connect(0);
    }
  }

  private void requireWritesToWork() throws InterruptedException {
    ask("w", "{insert: 'c', documents: [{_id: 1}]}");
    ask("w", "{insert: 'c', documents: [{_id: 2}], startTransaction: true, " + IN_SESSION + "}");
    ask("admin", "{commitTransaction: 1, " + IN_SESSION + "}");
    BsonDocument found = ask("w", "{find: 'c'}").getDocument("cursor");
    assertThat(found.getArray("firstBatch"))
        .as(name)
        .containsExactly(
            new BsonDocument("_id", new BsonInt32(1)), new BsonDocument("_id", new BsonInt32(2)));
    // No transaction that was left open holds a document.
    for (BsonDocument collection : collections("d")) {
      String collectionName = collection.getString("name").getValue();
      BsonDocument delete =
          BsonDocument.parse("{delete: '', deletes: [{q: {_id: 0}, limit: 1}], maxTimeMS: 5}");
      delete.put("delete", new BsonString(collectionName));
      BsonDocument reply = command(witness, "d", delete);
      boolean hasWaited = reply.containsKey("code") && reply.getInt32("code").getValue() == 50;
      assertThat(hasWaited).as("%s: a document of %s is held", name, collectionName).isFalse();
    }
  }

  private void requireWhatWasWritten() throws InterruptedException {
    openStream(); // The one before may have been killed.
    assertThat(readStream()).as("%s: the stream of all", name).isTrue();
    for (BsonDocument collection : collections("d")) {
      String collectionName = collection.getString("name").getValue();
      if (collectionName.startsWith("system.")) {
        continue;
      }
      BsonDocument find =
          new BsonDocument("find", new BsonString(collectionName))
              .append("batchSize", new BsonInt32(1_000_000));
      BsonDocument found = command(witness, "d", find).getDocument("cursor");
      written.requireEqual(
          "d." + collectionName,
          found.getArray("firstBatch").stream().map(BsonValue::asDocument).toList(),
          name);
    }
  }

  private List<BsonDocument> collections(String db) throws InterruptedException {
    return ask(db, "{listCollections: 1, filter: {type: 'collection'}}")
        .getDocument("cursor")
        .getArray("firstBatch")
        .stream()
        .map(BsonValue::asDocument)
        .toList();
  }

  // ---- The stream of all that is written --------------------------------------------------------

  private void openStream() throws InterruptedException {
    BsonDocument opened =
        ask(
            "admin",
            "{aggregate: 1, cursor: {batchSize: 0}, pipeline: [{$changeStream:"
                + " {allChangesForCluster: true, fullDocument: 'updateLookup'"
                + (resumeToken.isEmpty() ? "" : ", resumeAfter: " + resumeToken.toJson())
                + "}}]}");
    stream = opened.getDocument("cursor");
    resumeToken = stream.getDocument("postBatchResumeToken");
  }

  /** Reads what there is, unless what was sent keeps that from it. */
  private boolean readStream() throws InterruptedException {
    while (true) {
      BsonDocument getMore =
          new BsonDocument("getMore", stream.get("id"))
              .append("collection", new BsonString("$cmd.aggregate"))
              .append("maxTimeMS", new BsonInt32(1));
      BsonDocument reply = witness.command("admin", getMore, PATIENCE);
      if (reply == null || !reply.containsKey("cursor")) {
        return false;
      }
      BsonDocument cursor = reply.getDocument("cursor");
      resumeToken = cursor.getDocument("postBatchResumeToken");
      if (cursor.getArray("nextBatch").isEmpty()) {
        return true;
      }
      cursor.getArray("nextBatch").forEach(event -> written.accept(event.asDocument()));
    }
  }

  // ---- Asking -----------------------------------------------------------------------------------

  private BsonDocument ask(String db, String command) throws InterruptedException {
    BsonDocument reply = command(witness, db, BsonDocument.parse(command));
    FuzzedReply.requireOk(reply, name + ": " + command);
    return reply;
  }

  private BsonDocument command(RawConnection connection, String db, BsonDocument command)
      throws InterruptedException {
    BsonDocument reply = connection.command(db, command, PATIENCE);
    if (reply == null) {
      throw new AssertionError(name + ": no answer to " + print(command));
    }
    return reply;
  }

  static String print(BsonDocument document) {
    String text;
    try {
      text = document.toJson();
    } catch (RuntimeException e) {
      text = "(cannot be printed: " + e + ")";
    }
    return text.substring(0, Math.min(text.length(), 1500));
  }

  @Override
  public void close() {
    client.close();
    witness.close();
    set.close();
  }
}
