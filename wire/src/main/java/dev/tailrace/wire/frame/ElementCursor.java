package dev.tailrace.wire.frame;

import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.charset.StandardCharsets;
import org.bson.BsonType;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the elements of one BSON document where it lies, without decoding and without trust:
 * every length is checked against the end of the document before it is used. A value that is itself
 * a document is stepped over by its length; {@link BsonStructure} goes into it.
 *
 * <p>Not thread-safe. UTF-8 is not checked: whoever decodes a string replaces what is not.
 */
public final class ElementCursor {

  /** A document holds at least its own length and its terminator. */
  private static final int MIN_DOCUMENT_LENGTH = 5;

  /** The old subtype of binary values repeats the length inside the value. */
  private static final byte OLD_BINARY = 0x02;

  private final byte[] bytes;

  /** Where the document's terminator lies. */
  private final int terminator;

  private BsonType type = BsonType.END_OF_DOCUMENT;
  private int nameOffset;
  private int valueOffset;

  /** Where the next element begins; after a call of {@link #next}, where the value ends. */
  private int nextOffset;

  /**
   * A cursor before the first element of {@code document}.
   *
   * @throws BadMessageException if the document's own length is not the slice's, or it does not end
   *     with a zero byte
   */
  public ElementCursor(DocumentSlice document) throws BadMessageException {
    this(document.buffer(), document.offset(), document.offset() + document.length());
    if (terminator + 1 != document.offset() + document.length()) {
      throw new BadMessageException(
          "a document of " + document.length() + " bytes",
          (terminator + 1 - document.offset()) + " bytes",
          document.offset());
    }
  }

  private ElementCursor(byte[] bytes, int offset, int limit) throws BadMessageException {
    this.bytes = bytes;
    this.terminator = documentEnd(bytes, offset, limit) - 1;
    this.nextOffset = offset + Integer.BYTES;
  }

  /**
   * Steps to the next element.
   *
   * @return whether there is one
   * @throws BadMessageException if what is there is not an element, or does not end in the document
   */
  public boolean next() throws BadMessageException {
    if (nextOffset == terminator) {
      return false;
    }
    int typeOffset = nextOffset;
    @Nullable BsonType found = BsonType.findByValue(bytes[typeOffset]);
    if (found == null || found == BsonType.END_OF_DOCUMENT) {
      throw new BadMessageException(
          "an element, up to the end of the document at " + terminator,
          "type 0x" + Integer.toHexString(bytes[typeOffset] & 0xFF),
          typeOffset);
    }
    type = found;
    nameOffset = typeOffset + 1;
    valueOffset = cstringEnd(nameOffset);
    nextOffset = valueEnd();
    return true;
  }

  /** The type of the current element. */
  public BsonType type() {
    return type;
  }

  /** The name of the current element. */
  public String name() {
    return new String(bytes, nameOffset, valueOffset - 1 - nameOffset, StandardCharsets.UTF_8);
  }

  /** Whether the current element is called {@code name}, which is ASCII; makes no string. */
  public boolean nameIs(String name) {
    if (valueOffset - 1 - nameOffset != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (bytes[nameOffset + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the current value is {@code true}, or a number other than 0, as {@code ok} may be. */
  public boolean isTrue() {
    return switch (type) {
      case BOOLEAN -> bytes[valueOffset] != 0;
      case INT32 -> LittleEndian.int32(bytes, valueOffset) != 0;
      case INT64 -> LittleEndian.int64(bytes, valueOffset) != 0;
      case DOUBLE -> Double.longBitsToDouble(LittleEndian.int64(bytes, valueOffset)) != 0;
      default -> false;
    };
  }

  /** The current value, which is a document or an array, as it lies. */
  public DocumentSlice document() {
    if (type != BsonType.DOCUMENT && type != BsonType.ARRAY) {
      throw new IllegalStateException(name() + " is no document but " + type);
    }
    return new DocumentSlice(bytes, valueOffset, nextOffset - valueOffset);
  }

  /** A cursor into the document that the current value is or, as code with a scope, holds. */
  @Nullable ElementCursor nested() throws BadMessageException {
    return switch (type) {
      case DOCUMENT, ARRAY -> new ElementCursor(bytes, valueOffset, nextOffset);
      case JAVASCRIPT_WITH_SCOPE -> new ElementCursor(bytes, scopeOffset(), nextOffset);
      default -> null;
    };
  }

  int valueOffset() {
    return valueOffset;
  }

  /**
   * Where the document that begins at {@code offset} ends.
   *
   * @throws BadMessageException if it is not whole before {@code limit}, or does not end with a
   *     zero byte
   */
  static int documentEnd(byte[] bytes, int offset, int limit) throws BadMessageException {
    int available = limit - offset;
    int length = available < MIN_DOCUMENT_LENGTH ? available : LittleEndian.int32(bytes, offset);
    if (length < MIN_DOCUMENT_LENGTH || length > available) {
      throw new BadMessageException(
          "a document within " + available + " bytes", "length " + length, offset);
    }
    int last = offset + length - 1;
    if (bytes[last] != 0) {
      throw new BadMessageException(
          "a zero byte at the end of the document",
          "0x" + Integer.toHexString(bytes[last] & 0xFF),
          last);
    }
    return offset + length;
  }

  private int valueEnd() throws BadMessageException {
    return switch (type) {
      case NULL, UNDEFINED, MIN_KEY, MAX_KEY, END_OF_DOCUMENT -> valueOffset;
      case BOOLEAN -> booleanEnd();
      case INT32 -> step(valueOffset, Integer.BYTES);
      case DOUBLE, DATE_TIME, INT64, TIMESTAMP -> step(valueOffset, Long.BYTES);
      case OBJECT_ID -> step(valueOffset, 12);
      case DECIMAL128 -> step(valueOffset, 16);
      case STRING, SYMBOL, JAVASCRIPT -> stringEnd(valueOffset);
      case DB_POINTER -> step(stringEnd(valueOffset), 12);
      case REGULAR_EXPRESSION -> cstringEnd(cstringEnd(valueOffset));
      case DOCUMENT, ARRAY -> documentEnd(bytes, valueOffset, terminator);
      case BINARY -> binaryEnd();
      case JAVASCRIPT_WITH_SCOPE -> codeWithScopeEnd();
    };
  }

  private int booleanEnd() throws BadMessageException {
    int end = step(valueOffset, 1);
    if (bytes[valueOffset] != 0 && bytes[valueOffset] != 1) {
      throw new BadMessageException(
          "a boolean of 0 or 1", Integer.toString(bytes[valueOffset]), valueOffset);
    }
    return end;
  }

  private int binaryEnd() throws BadMessageException {
    int subtypeOffset = step(valueOffset, Integer.BYTES);
    int dataOffset = step(subtypeOffset, 1);
    int length = LittleEndian.int32(bytes, valueOffset);
    int end = step(dataOffset, length);
    if (bytes[subtypeOffset] == OLD_BINARY) {
      int innerEnd = step(dataOffset, Integer.BYTES);
      int innerLength = LittleEndian.int32(bytes, dataOffset);
      if (innerEnd > end || innerLength != end - innerEnd) {
        throw new BadMessageException(
            "binary of subtype 2 with inner length " + (length - Integer.BYTES),
            Integer.toString(innerLength),
            dataOffset);
      }
    }
    return end;
  }

  /** Code with scope: its own length, the code as a string, the scope as a document. */
  private int codeWithScopeEnd() throws BadMessageException {
    step(valueOffset, Integer.BYTES);
    int length = LittleEndian.int32(bytes, valueOffset);
    int scopeEnd = documentEnd(bytes, scopeOffset(), terminator);
    if (length != scopeEnd - valueOffset) {
      throw new BadMessageException(
          "code with scope of " + (scopeEnd - valueOffset) + " bytes",
          "length " + length,
          valueOffset);
    }
    return scopeEnd;
  }

  private int scopeOffset() throws BadMessageException {
    return stringEnd(valueOffset + Integer.BYTES);
  }

  private int stringEnd(int offset) throws BadMessageException {
    int charactersOffset = step(offset, Integer.BYTES);
    int length = LittleEndian.int32(bytes, offset); // Counts the terminator.
    int end = step(charactersOffset, length);
    if (length < 1 || bytes[end - 1] != 0) {
      throw new BadMessageException(
          "a string that ends with a zero byte", "length " + length + " and none there", offset);
    }
    return end;
  }

  private int cstringEnd(int offset) throws BadMessageException {
    for (int i = offset; i < terminator; i++) {
      if (bytes[i] == 0) {
        return i + 1;
      }
    }
    throw new BadMessageException(
        "a zero byte before the end of the document at " + terminator, "none", offset);
  }

  /** The offset {@code length} bytes on, which is still in the document. */
  private int step(int offset, int length) throws BadMessageException {
    if (length < 0 || length > terminator - offset) {
      throw new BadMessageException(
          "a value within the " + (terminator - offset) + " bytes left of the document",
          length + " bytes",
          offset);
    }
    return offset + length;
  }
}
