package dev.tailrace.engine.core;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.transport.DocumentSlice;
import org.bson.BsonType;
import org.jspecify.annotations.Nullable;

/** What the engine itself reads of an event. */
final class EventFields {

  private EventFields() {}

  /**
   * The event's {@code _id}, in place; null if it has none, or one that is no document.
   *
   * @throws dev.tailrace.engine.bytes.MalformedBsonException if the event is broken before it
   */
  static @Nullable DocumentSlice id(DocumentSlice event) {
    Elements elements = Elements.of(event);
    return elements.nextNamed("_id") && elements.is(BsonType.DOCUMENT)
        ? elements.document(BsonType.DOCUMENT)
        : null;
  }

  /**
   * Whether no event can come behind this one.
   *
   * @throws dev.tailrace.engine.bytes.MalformedBsonException if the event is broken before it says
   */
  static boolean isInvalidate(DocumentSlice event) {
    Elements elements = Elements.of(event);
    return elements.nextNamed("operationType")
        && elements.is(BsonType.STRING)
        && elements.string().equals("invalidate");
  }
}
