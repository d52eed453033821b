package dev.tailrace.wire.frame;

import dev.tailrace.engine.bytes.BsonStructure;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;

/** {@link BsonStructure} for those to whom a malformed document is a bad message. */
public final class DocumentCheck {

  private DocumentCheck() {}

  /**
   * Checks {@code document} all the way down.
   *
   * @throws BadMessageException if it is not well-formed
   */
  public static void check(DocumentSlice document) throws BadMessageException {
    try {
      BsonStructure.check(document);
    } catch (MalformedBsonException malformed) {
      throw new BadMessageException(malformed);
    }
  }
}
