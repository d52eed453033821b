package dev.tailrace.conformance.golden;

import java.time.Duration;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** A connection over which commands go as they are, with {@code $db} appended and nothing else. */
interface RawSession extends AutoCloseable {

  /** Sends a command; its reply comes with {@link #receive}. */
  void send(String db, BsonDocument command);

  /** The next reply; null if none came in time, or the server closed the connection. */
  @Nullable BsonDocument receive(Duration within) throws InterruptedException;

  @Override
  void close();
}
