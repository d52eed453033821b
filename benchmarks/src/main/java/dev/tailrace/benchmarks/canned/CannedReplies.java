package dev.tailrace.benchmarks.canned;

import static dev.tailrace.benchmarks.canned.CannedEvents.COLLECTION;
import static dev.tailrace.benchmarks.canned.CannedEvents.COUNT;
import static dev.tailrace.benchmarks.canned.CannedEvents.DATABASE;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.types.ObjectId;

/** The replies of a replica set's only member, whose one cursor always has another full batch. */
public final class CannedReplies {

  /** How many events the batch of {@link #getMore} has. */
  public static final int EVENTS_IN_BATCH = COUNT;

  /** The id of the cursor. */
  static final long CURSOR_ID = 7_205_759_403_792_793_601L;

  /** The set's name, as connection strings have it. */
  static final String SET_NAME = "canned";

  private static final int MAX_WIRE_VERSION = 25;
  private static final BsonTimestamp NOW = CannedEvents.clusterTime(COUNT);

  private CannedReplies() {}

  /**
   * To {@code hello} and {@code isMaster}. Without a {@code topologyVersion}, so that clients ask
   * again at their intervals instead of having replies streamed to them.
   *
   * @param address of the member, as {@code host:port}
   */
  static BsonDocument hello(String address) {
    BsonString member = new BsonString(address);
    return new BsonDocument("helloOk", BsonBoolean.TRUE)
        .append("hosts", new BsonArray(List.of(member)))
        .append("setName", new BsonString(SET_NAME))
        .append("setVersion", new BsonInt32(1))
        .append("ismaster", BsonBoolean.TRUE)
        .append("isWritablePrimary", BsonBoolean.TRUE)
        .append("secondary", BsonBoolean.FALSE)
        .append("primary", member)
        .append("me", member)
        .append("electionId", new BsonObjectId(new ObjectId("7fffffff0000000000000001")))
        .append("lastWrite", new BsonDocument("lastWriteDate", wallTime()))
        .append("maxBsonObjectSize", new BsonInt32(16 * 1024 * 1024))
        .append("maxMessageSizeBytes", new BsonInt32(48_000_000))
        .append("maxWriteBatchSize", new BsonInt32(100_000))
        .append("localTime", wallTime())
        .append("logicalSessionTimeoutMinutes", new BsonInt32(30))
        .append("connectionId", new BsonInt32(1))
        .append("minWireVersion", new BsonInt32(0))
        .append("maxWireVersion", new BsonInt32(MAX_WIRE_VERSION))
        .append("readOnly", BsonBoolean.FALSE)
        .append("ok", new BsonDouble(1));
  }

  /** To {@code aggregate}: a cursor, and no event yet. */
  public static BsonDocument aggregate() {
    return withCursor("firstBatch", List.of(), CannedEvents.startToken());
  }

  /** To {@code getMore}: the batch. */
  public static BsonDocument getMore() {
    List<BsonDocument> events = CannedEvents.all();
    return withCursor("nextBatch", events, events.get(COUNT - 1).getDocument("_id"));
  }

  /** To whatever only needs to hear that it is done. */
  public static BsonDocument done() {
    return withTimes(new BsonDocument());
  }

  private static BsonDocument withCursor(
      String batchName, List<BsonDocument> batch, BsonDocument postBatchResumeToken) {
    return withTimes(
        new BsonDocument(
            "cursor",
            new BsonDocument(batchName, new BsonArray(batch))
                .append("postBatchResumeToken", postBatchResumeToken)
                .append("id", new BsonInt64(CURSOR_ID))
                .append("ns", new BsonString(DATABASE + "." + COLLECTION))));
  }

  private static BsonDocument withTimes(BsonDocument reply) {
    return reply
        .append("ok", new BsonDouble(1))
        .append(
            "$clusterTime",
            new BsonDocument("clusterTime", NOW)
                .append(
                    "signature",
                    new BsonDocument("hash", new BsonBinary(new byte[20]))
                        .append("keyId", new BsonInt64(0))))
        .append("operationTime", NOW);
  }

  private static BsonDateTime wallTime() {
    return new BsonDateTime(NOW.getTime() * 1000L);
  }
}
