package dev.tailrace.conformance.simulation;

import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.network.RawConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/**
 * Writes with retryable writes until each is acknowledged by the majority, so that whatever goes
 * wrong on the way every write is done once, and the events have the order of the writes.
 */
final class Writer {

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** After so many failures in a row there may be no majority left that could ever elect. */
  private static final int FAILURES_UNTIL_RESCUE = 60;

  private final FakeReplicaSet set;
  private final Random random;
  private final Runnable rescue;
  private final BsonDocument lsid;
  private final List<Integer> alive = new ArrayList<>();

  /** What each write's event has to say, in order. */
  private final List<String> written = new ArrayList<>();

  private @Nullable RawConnection connection;
  private int connectedTo = -1;
  private long txnNumber;

  /**
   * @param rescue brings the set back to health, where it cannot recover by itself
   */
  Writer(FakeReplicaSet set, Random random, Runnable rescue) {
    this.set = set;
    this.random = random;
    this.rescue = rescue;
    this.lsid =
        new BsonDocument("id", new BsonBinary(new UUID(random.nextLong(), random.nextLong())));
  }

  /** The events that are due, in order: operation type and {@code _id}. */
  List<String> written() {
    return written;
  }

  /** Writes once, for as long as it takes. */
  void write(String database, String collection) throws InterruptedException {
    int number = written.size();
    int die = alive.isEmpty() ? 0 : random.nextInt(4);
    BsonDocument command =
        switch (die) {
          case 0 -> {
            alive.add(number);
            written.add("insert " + number);
            yield insert(collection, number);
          }
          case 1 -> {
            int id = alive.get(random.nextInt(alive.size()));
            written.add("update " + id);
            yield update(
                collection,
                id,
                new BsonDocument("$set", new BsonDocument("n", new BsonInt32(number))));
          }
          case 2 -> {
            int id = alive.get(random.nextInt(alive.size()));
            written.add("replace " + id);
            yield update(collection, id, new BsonDocument("n", new BsonInt32(number)));
          }
          default -> {
            int id = alive.remove(random.nextInt(alive.size()));
            written.add("delete " + id);
            yield delete(collection, id);
          }
        };
    command
        .append("lsid", lsid)
        .append("txnNumber", new BsonInt64(++txnNumber))
        .append("writeConcern", new BsonDocument("w", new BsonString("majority")));
    for (int failures = 1; !isDone(send(database, command)); failures++) {
      disconnect();
      if (failures % FAILURES_UNTIL_RESCUE == 0) {
        rescue.run();
      }
      set.clock().advance(PAUSE);
    }
  }

  /** Of what use an answer is: none at all, an error that another try may get over, or done. */
  private static boolean isDone(@Nullable BsonDocument reply) {
    if (reply == null) {
      return false;
    }
    if (reply.getNumber("ok").intValue() != 1) {
      int code = reply.getNumber("code").intValue();
      if (code == 10107 || code == 189 || code == 11602 || code == 91 || code == 13436) {
        return false;
      }
      throw new AssertionError("a write was refused: " + reply.toJson());
    }
    if (reply.containsKey("writeErrors") || reply.getNumber("n").intValue() != 1) {
      throw new AssertionError("a write went wrong: " + reply.toJson());
    }
    return !reply.containsKey("writeConcernError");
  }

  private @Nullable BsonDocument send(String database, BsonDocument command)
      throws InterruptedException {
    if (connection == null) {
      connectedTo = (connectedTo + 1) % set.members().size();
      connection = set.connect(set.primary().map(p -> p.index()).orElse(connectedTo));
    }
    return connection.command(database, command, ANSWER_WITHIN);
  }

  /** Ends the connection: the next write finds another one. */
  void disconnect() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  private static BsonDocument insert(String collection, int id) {
    return new BsonDocument("insert", new BsonString(collection))
        .append("documents", new BsonArray(List.of(new BsonDocument("_id", new BsonInt32(id)))));
  }

  private static BsonDocument update(String collection, int id, BsonDocument change) {
    return new BsonDocument("update", new BsonString(collection))
        .append(
            "updates",
            new BsonArray(
                List.of(
                    new BsonDocument("q", new BsonDocument("_id", new BsonInt32(id)))
                        .append("u", change))));
  }

  private static BsonDocument delete(String collection, int id) {
    return new BsonDocument("delete", new BsonString(collection))
        .append(
            "deletes",
            new BsonArray(
                List.of(
                    new BsonDocument("q", new BsonDocument("_id", new BsonInt32(id)))
                        .append("limit", new BsonInt32(1)))));
  }
}
