package dev.tailrace.engine.core;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.transport.DocumentSlice;
import org.bson.BsonType;
import org.jspecify.annotations.Nullable;

/** An event's own resume token. */
final class EventId {

  private EventId() {}

  /**
   * The event's {@code _id}, in place; null if it has none, or one that is no document.
   *
   * @throws dev.tailrace.engine.bytes.MalformedBsonException if the event is broken before it
   */
  static @Nullable DocumentSlice of(DocumentSlice event) {
    Elements elements = Elements.of(event);
    return elements.nextNamed("_id") && elements.is(BsonType.DOCUMENT)
        ? elements.document(BsonType.DOCUMENT)
        : null;
  }
}
