package dev.tailrace.engine.bytes;

import dev.tailrace.engine.transport.DocumentSlice;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether bytes are a well-formed BSON document, all the way down: types, lengths,
 * terminators, and how deep it goes. A document that passes can be decoded by any BSON library
 * without surprise and without deep recursion. Array keys and UTF-8 are not looked at, as the
 * server does not.
 */
public final class BsonStructure {

  /** How many documents and arrays may lie around a value inside a document: the server's limit. */
  public static final int MAX_DEPTH = 200;

  private BsonStructure() {}

  /**
   * Checks {@code document} in one pass, in time linear in its length.
   *
   * @throws MalformedBsonException at the first byte that cannot be right
   */
  public static void check(DocumentSlice document) {
    Deque<Elements> open = new ArrayDeque<>();
    open.push(Elements.of(document));
    while (!open.isEmpty()) {
      Elements innermost = open.element();
      if (!innermost.next()) {
        open.pop();
        continue;
      }
      @Nullable Elements nested = innermost.nested();
      if (nested != null) {
        if (open.size() > MAX_DEPTH) {
          throw new MalformedBsonException(
              "at most " + MAX_DEPTH + " levels of nested documents",
              "one more",
              innermost.valueOffset());
        }
        open.push(nested);
      }
    }
  }
}
