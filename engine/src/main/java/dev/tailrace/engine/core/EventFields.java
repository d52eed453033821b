package dev.tailrace.engine.core;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.LittleEndian;
import dev.tailrace.engine.transport.DocumentSlice;
import org.bson.BsonType;
import org.jspecify.annotations.Nullable;

/** What the engine itself reads of an event, or makes of one. */
final class EventFields {

  /** Type and name of an {@code _id} that is a document. */
  private static final byte[] ID_ELEMENT_START = {
    (byte) BsonType.DOCUMENT.getValue(), '_', 'i', 'd', 0
  };

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
    return elements.nextNamed("operationType") && elements.isString("invalidate");
  }

  /**
   * An event of these fields.
   *
   * @param id its {@code _id}
   * @param fields its other fields as elements, {@code fieldsLength} bytes of them
   */
  static DocumentSlice document(DocumentSlice id, byte[] fields, int fieldsLength) {
    int length = Integer.BYTES + ID_ELEMENT_START.length + id.length() + fieldsLength + /* end */ 1;
    byte[] document = new byte[length];
    int at = LittleEndian.putInt32(document, 0, length);
    at = put(document, at, ID_ELEMENT_START, 0, ID_ELEMENT_START.length);
    at = put(document, at, id.buffer(), id.offset(), id.length());
    put(document, at, fields, 0, fieldsLength);
    return new DocumentSlice(document, 0, length);
  }

  private static int put(byte[] to, int at, byte[] from, int offset, int length) {
    System.arraycopy(from, offset, to, at, length);
    return at + length;
  }
}
