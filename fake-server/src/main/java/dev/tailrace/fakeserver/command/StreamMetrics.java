package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.stream.ChangeStreamCursor;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonInt64;

/** What became of large events on one member, as {@code serverStatus} counts it. */
public final class StreamMetrics {

  private long failed;
  private long split;

  StreamMetrics() {}

  /** Reads a batch, and counts if that fails for the size of an event. */
  ChangeStreamCursor.Batch count(Supplier<ChangeStreamCursor.Batch> read) {
    try {
      return read.get();
    } catch (CommandFailure e) {
      failed += e.code() == ErrorCode.BSON_OBJECT_TOO_LARGE.code() ? 1 : 0;
      throw e;
    }
  }

  /** A batch goes out. */
  void sent(ChangeStreamCursor.Batch batch) {
    split += batch.splitEvents();
  }

  BsonDocument toDocument() {
    return new BsonDocument("largeEventsFailed", new BsonInt64(failed))
        .append("largeEventSplit", new BsonInt64(split));
  }
}
