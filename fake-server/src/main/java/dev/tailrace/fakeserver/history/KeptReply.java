package dev.tailrace.fakeserver.history;

import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/** What the history keeps of a reply: documents may be large, and there may be many of them. */
public final class KeptReply {

  /** A reply that is no longer than this is kept as it is. */
  public static final int MAX_BYTES = 4096;

  private KeptReply() {}

  /**
   * A short reply as it is; of a longer one with a cursor all but its batch, in whose place stands
   * {@code documents}, their number; null if that too is long.
   *
   * @param bytes how long the reply is
   */
  public static @Nullable BsonDocument of(BsonDocument reply, int bytes) {
    if (bytes <= MAX_BYTES) {
      return reply;
    }
    if (!(reply.get("cursor") instanceof BsonDocument cursor)) {
      return null;
    }
    BsonDocument kept = new BsonDocument();
    kept.putAll(reply);
    kept.put("cursor", withoutBatch(cursor));
    return sizeOf(kept) <= MAX_BYTES ? kept : null;
  }

  /** How long a document is in BSON, in bytes. */
  public static int sizeOf(BsonDocument document) {
    return new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer().remaining();
  }

  private static BsonDocument withoutBatch(BsonDocument cursor) {
    BsonDocument kept = new BsonDocument();
    cursor.forEach(
        (name, value) -> {
          boolean isBatch = name.equals("firstBatch") || name.equals("nextBatch");
          BsonValue shown = isBatch ? new BsonInt32(value.asArray().size()) : value;
          kept.append(isBatch ? "documents" : name, shown);
        });
    return kept;
  }
}
