package dev.tailrace.fakeserver;

import dev.tailrace.fakeserver.network.RawConnection;
import java.time.Duration;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** A raw connection for tests: commands as JSON, with the few steps that every test needs. */
public final class Conversation implements AutoCloseable {

  private final RawConnection connection;
  private final String db;

  public Conversation(FakeReplicaSet set, int member, String db) {
    connection = set.connect(member);
    this.db = db;
  }

  /** What is said in a conversation. */
  @FunctionalInterface
  public interface Talk {
    void with(Conversation client) throws InterruptedException;
  }

  /** Talks about the database {@code d} with a set of one member that plays the release. */
  public static void on(String release, Talk talk) throws InterruptedException {
    FakeReplicaSet.Builder builder = FakeReplicaSet.builder().virtualTime();
    try (FakeReplicaSet set = builder.serverVersion(ServerVersion.parse(release)).start();
        Conversation client = new Conversation(set, 0, "d")) {
      talk.with(client);
    }
  }

  /** The error code of a reply; 0 if it has none. */
  public static int code(BsonDocument reply) {
    return reply.containsKey("code") ? reply.getInt32("code").getValue() : 0;
  }

  /** Runs a command on the conversation's database. */
  public BsonDocument run(String json) throws InterruptedException {
    return run(db, json);
  }

  /** Runs a command. */
  public BsonDocument run(String database, String json) throws InterruptedException {
    return connection.command(database, BsonDocument.parse(json));
  }

  /** Runs a command that has to succeed. */
  public BsonDocument ok(String json) throws InterruptedException {
    BsonDocument reply = run(json);
    if (reply.getNumber("ok").intValue() != 1) {
      throw new AssertionError(json + " was refused: " + reply.toJson());
    }
    return reply;
  }

  /** Opens a change stream with these options, and returns the reply's cursor. */
  public BsonDocument watch(String collection, String options) throws InterruptedException {
    String subject = collection.isEmpty() ? "1" : "'" + collection + "'";
    return ok("{aggregate: "
            + subject
            + ", pipeline: [{$changeStream: "
            + options
            + "}], cursor: {}}")
        .getDocument("cursor");
  }

  /** The next batch of a cursor. */
  public BsonDocument getMore(BsonDocument cursor) throws InterruptedException {
    String namespace = cursor.getString("ns").getValue();
    BsonDocument command =
        new BsonDocument("getMore", cursor.get("id"))
            .append("collection", new BsonString(namespace.substring(namespace.indexOf('.') + 1)))
            .append("maxTimeMS", new BsonInt64(20));
    return connection.command(db, command);
  }

  /** The events of the next batch. */
  public List<BsonDocument> events(BsonDocument cursor) throws InterruptedException {
    BsonDocument reply = getMore(cursor);
    if (!reply.containsKey("cursor")) {
      throw new AssertionError("getMore was refused: " + reply.toJson());
    }
    BsonArray batch = reply.getDocument("cursor").getArray("nextBatch");
    return batch.stream().map(BsonValue::asDocument).toList();
  }

  /** The next reply to a command that was sent over the connection; it has to come in time. */
  public BsonDocument receive(Duration within) throws InterruptedException {
    BsonDocument reply = connection.receive(within);
    if (reply == null) {
      throw new AssertionError("no reply in " + within);
    }
    return reply;
  }

  /** The connection underneath. */
  public RawConnection connection() {
    return connection;
  }

  @Override
  public void close() {
    connection.close();
  }
}
