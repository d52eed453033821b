package dev.tailrace.wire.tcp;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.wire.frame.BadMessageException;
import java.util.OptionalLong;
import org.bson.BsonType;
import org.jspecify.annotations.Nullable;

/** Which cursor is behind a reply, for connections that cursors are bound to. */
final class CursorGlance {

  private CursorGlance() {}

  /**
   * The id of the cursor that {@code reply} names, 0 for one that is exhausted; empty if it names
   * none, or not so that it could be killed: with an id, and a namespace to kill it in.
   *
   * @throws BadMessageException if what is read of it is not well-formed, or says two things
   */
  static OptionalLong idIn(DocumentSlice reply) throws BadMessageException {
    try {
      @Nullable Elements cursor = null;
      Elements top = Elements.of(reply);
      while (top.next()) {
        if (top.isNamed("cursor") && top.is(BsonType.DOCUMENT)) {
          requireFirst(cursor, "cursor", top);
          cursor = top.elements(BsonType.DOCUMENT);
        }
      }
      return cursor == null ? OptionalLong.empty() : idOf(cursor);
    } catch (MalformedBsonException malformed) {
      throw new BadMessageException(malformed);
    }
  }

  private static OptionalLong idOf(Elements cursor) throws BadMessageException {
    @Nullable Long id = null;
    @Nullable String namespace = null;
    while (cursor.next()) {
      if (cursor.isNamed("id") && cursor.is(BsonType.INT64)) {
        requireFirst(id, "cursor.id", cursor);
        id = cursor.int64();
      } else if (cursor.isNamed("ns") && cursor.is(BsonType.STRING)) {
        requireFirst(namespace, "cursor.ns", cursor);
        namespace = cursor.string();
      }
    }
    boolean named = namespace != null && namespace.indexOf('.') >= 0;
    return id != null && (id == 0 || named) ? OptionalLong.of(id) : OptionalLong.empty();
  }

  private static void requireFirst(@Nullable Object before, String name, Elements at)
      throws BadMessageException {
    if (before != null) {
      throw new BadMessageException("one \"" + name + '"', "two", at.offset());
    }
  }
}
