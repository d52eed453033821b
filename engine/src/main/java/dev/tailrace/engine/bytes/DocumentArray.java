package dev.tailrace.engine.bytes;

import dev.tailrace.engine.transport.DocumentSlice;
import org.jspecify.annotations.Nullable;

/**
 * Walks over a BSON array whose elements are all documents, as the batch of a cursor is. What
 * {@link Elements} does for anything, this does for that alone, and in a third of the time. Every
 * length is checked before it is used. Not thread-safe.
 */
public final class DocumentArray {

  private final byte[] bytes;

  /** Where the array's terminator lies. */
  private final int terminator;

  private int nextOffset;

  /**
   * Stands before the first document.
   *
   * @throws MalformedBsonException if the array's own length is not the slice's, or it does not end
   *     with a zero byte
   */
  public DocumentArray(DocumentSlice array) {
    bytes = array.buffer();
    terminator = array.offset() + array.length() - 1;
    nextOffset = array.offset() + Integer.BYTES;
    Elements.requireWhole(array);
  }

  /** Whether there is nothing left. */
  public boolean isDrained() {
    return nextOffset == terminator;
  }

  /**
   * The next document; null if there is none. Its index is not looked at, as the server does not.
   *
   * @throws MalformedBsonException if what is there is no document, or does not end in the array
   */
  public @Nullable DocumentSlice next() {
    if (isDrained()) {
      return null;
    }
    int typeOffset = nextOffset;
    if (bytes[typeOffset] != ElementType.DOCUMENT) {
      throw new MalformedBsonException(
          "a document in the array, up to its end at " + terminator,
          ElementType.words(bytes[typeOffset]),
          typeOffset);
    }
    int offset = typeOffset + 1;
    while (bytes[offset] != 0) { // Ends at the terminator at the latest, which is zero.
      offset++;
    }
    int begin = offset + 1;
    int end = Elements.documentEnd(bytes, begin, terminator);
    nextOffset = end;
    return new DocumentSlice(bytes, begin, end - begin);
  }
}
