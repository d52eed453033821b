package dev.tailrace.wire.frame;

import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * How long a message will be, before it is written: a buffer that begins with that much room does
 * not grow by copying when a batch of documents fills it. Only documents that are bytes already are
 * counted, and each value once; what it misses the buffer grows by.
 */
final class SizeEstimate {

  /** Header, flags and all that is not documents in a usual message. */
  private static final int OVERHEAD = 1024;

  /** Type and index of an element of an array. */
  private static final int ELEMENT_OVERHEAD = 8;

  private SizeEstimate() {}

  static int ofMessage(BsonDocument body) {
    return (int) Math.min(OVERHEAD + of(body), MessageHeader.MAX_MESSAGE_SIZE_BYTES);
  }

  private static long of(BsonValue value) {
    if (value instanceof RawBsonDocument raw) {
      return raw.getByteBuffer().remaining();
    }
    if (value instanceof BsonDocument document) {
      return document.values().stream().mapToLong(SizeEstimate::of).sum();
    }
    return value.isArray() ? ofElements(value.asArray().getValues()) : 0;
  }

  private static long ofElements(List<BsonValue> elements) {
    long bytes = 0;
    for (BsonValue element : elements) {
      bytes += element instanceof RawBsonDocument raw ? of(raw) + ELEMENT_OVERHEAD : 0;
    }
    return bytes;
  }
}
