package dev.tailrace.engine.bytes;

/**
 * Where the parts of a BSON document end. Every length is checked against the document's terminator
 * before it is used: {@code terminator} is the offset of the zero byte that ends the document, and
 * whatever does not end before it is a {@link MalformedBsonException}.
 *
 * <p>Works on offsets alone and makes no objects, for the walks that have to be fast.
 */
final class Bounds {

  /** A document holds at least its own length and its terminator. */
  private static final int MIN_DOCUMENT_LENGTH = 5;

  /** The old subtype of binary values repeats the length inside the value. */
  private static final byte OLD_BINARY = 0x02;

  private Bounds() {}

  /**
   * The offset of the first element with this name, from the element at {@code offset} on; -1 if
   * there is none.
   */
  static int find(byte[] bytes, int offset, int terminator, String asciiName) {
    int element = offset;
    while (element != terminator) {
      int value = nameEnd(bytes, element, terminator);
      if (isAscii(bytes, element + 1, value - 1, asciiName)) {
        return element;
      }
      element = valueEnd(bytes, element, value, terminator);
    }
    return -1;
  }

  /** Whether the bytes from {@code offset} to {@code end} are this text. */
  static boolean isAscii(byte[] bytes, int offset, int end, String text) {
    if (end - offset != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[offset + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Where the document that begins at {@code offset} ends, which is not after {@code limit}. */
  static int documentEnd(byte[] bytes, int offset, int limit) {
    int available = limit - offset;
    int length = available < MIN_DOCUMENT_LENGTH ? available : LittleEndian.int32(bytes, offset);
    if (length < MIN_DOCUMENT_LENGTH || length > available) {
      throw new MalformedBsonException(
          "a document within " + available + " bytes", "length " + length, offset);
    }
    int last = offset + length - 1;
    if (bytes[last] != 0) {
      throw new MalformedBsonException(
          "a zero byte at the end of the document",
          "0x" + Integer.toHexString(bytes[last] & 0xFF),
          last);
    }
    return offset + length;
  }

  /** Where the value that begins at {@code offset} ends; its element begins at {@code element}. */
  static int valueEnd(byte[] bytes, int element, int offset, int terminator) {
    return switch (bytes[element]) {
      case ElementType.NULL, ElementType.UNDEFINED, ElementType.MIN_KEY, ElementType.MAX_KEY ->
          offset;
      case ElementType.BOOLEAN -> booleanEnd(bytes, offset, terminator);
      case ElementType.INT32 -> step(offset, Integer.BYTES, terminator);
      case ElementType.DOUBLE, ElementType.DATE_TIME, ElementType.INT64, ElementType.TIMESTAMP ->
          step(offset, Long.BYTES, terminator);
      case ElementType.OBJECT_ID -> step(offset, 12, terminator);
      case ElementType.DECIMAL128 -> step(offset, 16, terminator);
      case ElementType.STRING, ElementType.SYMBOL, ElementType.JAVASCRIPT ->
          stringEnd(bytes, offset, terminator);
      case ElementType.DB_POINTER -> step(stringEnd(bytes, offset, terminator), 12, terminator);
      case ElementType.REGULAR_EXPRESSION ->
          cstringEnd(bytes, cstringEnd(bytes, offset, terminator), terminator);
      case ElementType.DOCUMENT, ElementType.ARRAY -> documentEnd(bytes, offset, terminator);
      case ElementType.BINARY -> binaryEnd(bytes, offset, terminator);
      case ElementType.JAVASCRIPT_WITH_SCOPE -> codeWithScopeEnd(bytes, offset, terminator);
      default -> throw noElement(bytes, element, terminator);
    };
  }

  /** Where the name of the element that begins at {@code element} ends, and its value begins. */
  static int nameEnd(byte[] bytes, int element, int terminator) {
    if (bytes[element] == 0) {
      throw noElement(bytes, element, terminator);
    }
    return cstringEnd(bytes, element + 1, terminator);
  }

  private static MalformedBsonException noElement(byte[] bytes, int element, int terminator) {
    return new MalformedBsonException(
        "an element, up to the end of the document at " + terminator,
        ElementType.words(bytes[element]),
        element);
  }

  /** Where, in the code with a scope that begins at {@code offset}, the scope begins. */
  static int scopeOffset(byte[] bytes, int offset, int terminator) {
    return stringEnd(bytes, offset + Integer.BYTES, terminator);
  }

  /** Behind the zero byte that ends a name, or a part of a regular expression. */
  private static int cstringEnd(byte[] bytes, int offset, int terminator) {
    for (int i = offset; i < terminator; i++) {
      if (bytes[i] == 0) {
        return i + 1;
      }
    }
    throw new MalformedBsonException(
        "a zero byte before the end of the document at " + terminator, "none", offset);
  }

  private static int booleanEnd(byte[] bytes, int offset, int terminator) {
    int end = step(offset, 1, terminator);
    if (bytes[offset] != 0 && bytes[offset] != 1) {
      throw new MalformedBsonException(
          "a boolean of 0 or 1", Integer.toString(bytes[offset]), offset);
    }
    return end;
  }

  private static int stringEnd(byte[] bytes, int offset, int terminator) {
    int charactersOffset = step(offset, Integer.BYTES, terminator);
    int length = LittleEndian.int32(bytes, offset); // Counts the terminator.
    int end = step(charactersOffset, length, terminator);
    if (length < 1 || bytes[end - 1] != 0) {
      throw new MalformedBsonException(
          "a string that ends with a zero byte", "length " + length + " and none there", offset);
    }
    return end;
  }

  private static int binaryEnd(byte[] bytes, int offset, int terminator) {
    int subtypeOffset = step(offset, Integer.BYTES, terminator);
    int dataOffset = step(subtypeOffset, 1, terminator);
    int length = LittleEndian.int32(bytes, offset);
    int end = step(dataOffset, length, terminator);
    if (bytes[subtypeOffset] == OLD_BINARY) {
      int innerEnd = step(dataOffset, Integer.BYTES, terminator);
      int innerLength = LittleEndian.int32(bytes, dataOffset);
      if (innerEnd > end || innerLength != end - innerEnd) {
        throw new MalformedBsonException(
            "binary of subtype 2 with inner length " + (length - Integer.BYTES),
            Integer.toString(innerLength),
            dataOffset);
      }
    }
    return end;
  }

  /** Code with scope: its own length, the code as a string, the scope as a document. */
  private static int codeWithScopeEnd(byte[] bytes, int offset, int terminator) {
    step(offset, Integer.BYTES, terminator);
    int length = LittleEndian.int32(bytes, offset);
    int scopeEnd = documentEnd(bytes, scopeOffset(bytes, offset, terminator), terminator);
    if (length != scopeEnd - offset) {
      throw new MalformedBsonException(
          "code with scope of " + (scopeEnd - offset) + " bytes", "length " + length, offset);
    }
    return scopeEnd;
  }

  /** The offset {@code length} bytes on, which is still in the document. */
  private static int step(int offset, int length, int terminator) {
    if (length < 0 || length > terminator - offset) {
      throw new MalformedBsonException(
          "a value within the " + (terminator - offset) + " bytes left of the document",
          length + " bytes",
          offset);
    }
    return offset + length;
  }
}
