package dev.tailrace.benchmarks.canned;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.EventIdentifier;
import dev.tailrace.engine.token.ResumeTokenCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.types.ObjectId;

/**
 * The events of the one batch there is: inserts of orders, as a server of release 8 words them,
 * each of about 500 bytes. Always the same ones.
 */
final class CannedEvents {

  static final String DATABASE = "shop";
  static final String COLLECTION = "orders";

  /** How many events a batch has. */
  static final int COUNT = 1000;

  private static final int FIRST_SECOND = 1_760_000_000;
  private static final UUID COLLECTION_UUID =
      new UUID(0x5A17_9C0D_33E2_4B61L, 0x9F2C_71D8_0B46_E35AL);
  private static final int TOKEN_VERSION = 2;

  private CannedEvents() {}

  /** All of them, in the order of their tokens. */
  static List<BsonDocument> all() {
    List<BsonDocument> events = new ArrayList<>();
    for (int number = 0; number < COUNT; number++) {
      events.add(insert(number));
    }
    return events;
  }

  /** The token before the first event. */
  static BsonDocument startToken() {
    return ResumeTokenCodec.encode(DecodedToken.highWaterMark(TOKEN_VERSION, clusterTime(0)));
  }

  /** When the event with that number, from 0, happened. */
  static BsonTimestamp clusterTime(int number) {
    return new BsonTimestamp(FIRST_SECOND + number / 100, number % 100 + 1);
  }

  private static BsonDocument insert(int number) {
    BsonTimestamp clusterTime = clusterTime(number);
    BsonObjectId id = new BsonObjectId(new ObjectId(clusterTime.getTime(), number));
    BsonDocument documentKey = new BsonDocument("_id", id);
    BsonDocument token =
        ResumeTokenCodec.encode(
            DecodedToken.event(
                TOKEN_VERSION,
                clusterTime,
                /* txnOpIndex= */ 0,
                COLLECTION_UUID,
                EventIdentifier.of(TOKEN_VERSION, "insert", documentKey, null)));
    return new BsonDocument("_id", token)
        .append("operationType", new BsonString("insert"))
        .append("clusterTime", clusterTime)
        .append("wallTime", new BsonDateTime(clusterTime.getTime() * 1000L + number % 1000))
        .append("fullDocument", order(id, number))
        .append(
            "ns",
            new BsonDocument("db", new BsonString(DATABASE))
                .append("coll", new BsonString(COLLECTION)))
        .append("documentKey", documentKey);
  }

  private static BsonDocument order(BsonObjectId id, int number) {
    return new BsonDocument("_id", id)
        .append("customer", new BsonString("customer-" + (100_000 + number * 37 % 900_000)))
        .append("item", new BsonString("sku-" + (1000 + number % 500)))
        .append("quantity", new BsonInt32(number % 9 + 1))
        .append("price", new BsonDouble(number % 250 + 0.99))
        .append("status", new BsonString("confirmed"))
        .append("paid", BsonBoolean.valueOf(number % 3 != 0));
  }
}
