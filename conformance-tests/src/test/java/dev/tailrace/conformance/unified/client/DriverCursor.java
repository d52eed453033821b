package dev.tailrace.conformance.unified.client;

import com.mongodb.client.MongoCursor;
import java.util.Optional;
import org.bson.BsonDocument;

/** A cursor of the official driver. */
public final class DriverCursor implements DocumentCursor {

  private final MongoCursor<BsonDocument> cursor;

  public DriverCursor(MongoCursor<BsonDocument> cursor) {
    this.cursor = cursor;
  }

  @Override
  public BsonDocument next() {
    return cursor.next();
  }

  @Override
  public Optional<BsonDocument> tryNext() {
    return Optional.ofNullable(cursor.tryNext());
  }

  @Override
  public void close() {
    cursor.close();
  }
}
