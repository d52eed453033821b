package dev.tailrace.wire.tcp;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.wire.frame.BadMessageException;
import java.util.OptionalLong;
import org.bson.BsonType;

/** Which cursor is behind a reply, for connections that cursors are bound to. */
final class CursorGlance {

  private CursorGlance() {}

  /**
   * The id of the cursor that {@code reply} names, 0 for one that is exhausted; empty if it names
   * none.
   *
   * @throws BadMessageException if what is read of it is not well-formed
   */
  static OptionalLong idIn(DocumentSlice reply) throws BadMessageException {
    try {
      Elements elements = Elements.of(reply);
      if (!elements.nextNamed("cursor") || !elements.is(BsonType.DOCUMENT)) {
        return OptionalLong.empty();
      }
      Elements cursor = elements.elements(BsonType.DOCUMENT);
      return cursor.nextNamed("id") && cursor.is(BsonType.INT64)
          ? OptionalLong.of(cursor.int64())
          : OptionalLong.empty();
    } catch (MalformedBsonException malformed) {
      throw new BadMessageException(malformed);
    }
  }
}
