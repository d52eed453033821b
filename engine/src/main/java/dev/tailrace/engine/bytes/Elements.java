package dev.tailrace.engine.bytes;

import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the elements of one BSON document where it lies, without decoding and without trust:
 * every length is checked against the end of the document before it is used. A value that is itself
 * a document is stepped over by its length; {@link BsonStructure} goes into it.
 *
 * <p>{@link #next} moves to an element; the other methods look at the element it stands on, and
 * throw {@link MalformedBsonException} if it is not of the type they are for. Not thread-safe.
 * UTF-8 is not checked: where it is decoded, what is none is replaced.
 */
public final class Elements {

  /** A document holds at least its own length and its terminator. */
  private static final int MIN_DOCUMENT_LENGTH = 5;

  /** The old subtype of binary values repeats the length inside the value. */
  private static final byte OLD_BINARY = 0x02;

  private static final byte UUID_BINARY = 0x04;

  private final byte[] bytes;

  /** Where the document's terminator lies. */
  private final int terminator;

  private BsonType type = BsonType.END_OF_DOCUMENT;
  private int nameOffset;
  private int valueOffset;

  /** Where the next element begins; after a call of {@link #next}, where the value ends. */
  private int nextOffset;

  /**
   * Stands before the first element of {@code document}.
   *
   * @throws MalformedBsonException if the document's own length is not the slice's, or it does not
   *     end with a zero byte
   */
  public static Elements of(DocumentSlice document) {
    requireWhole(document);
    return new Elements(
        document.buffer(), document.offset(), document.offset() + document.length());
  }

  /** Makes sure that the slice is a document or an array, from its length to its end. */
  static void requireWhole(DocumentSlice document) {
    int end = document.offset() + document.length();
    int documentEnd = documentEnd(document.buffer(), document.offset(), end);
    if (documentEnd != end) {
      throw new MalformedBsonException(
          "a document of " + document.length() + " bytes",
          (documentEnd - document.offset()) + " bytes",
          document.offset());
    }
  }

  private Elements(byte[] bytes, int offset, int limit) {
    this.bytes = bytes;
    this.terminator = documentEnd(bytes, offset, limit) - 1;
    this.nextOffset = offset + Integer.BYTES;
  }

  /**
   * Steps to the next element.
   *
   * @return whether there is one
   * @throws MalformedBsonException if what is there is not an element, or does not end in the
   *     document
   */
  public boolean next() {
    if (nextOffset == terminator) {
      return false;
    }
    int typeOffset = nextOffset;
    @Nullable BsonType found = BsonType.findByValue(bytes[typeOffset]);
    if (found == null || found == BsonType.END_OF_DOCUMENT) {
      throw new MalformedBsonException(
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

  /** Moves to the next element with this name; false if there is none. */
  public boolean nextNamed(String name) {
    while (next()) {
      if (isNamed(name)) {
        return true;
      }
    }
    return false;
  }

  /** The type of the current element. */
  public BsonType type() {
    return type;
  }

  /** Whether the current element is of this type. */
  public boolean is(BsonType expected) {
    return type == expected;
  }

  /** The name of the current element. */
  public String name() {
    return new String(bytes, nameOffset, valueOffset - 1 - nameOffset, StandardCharsets.UTF_8);
  }

  /** Whether the current element is called {@code name}, which is ASCII; makes no string. */
  public boolean isNamed(String name) {
    return isAscii(name, nameOffset, valueOffset - 1);
  }

  /** The document or array of this element, in place. */
  public DocumentSlice document(BsonType expected) {
    require(expected);
    return new DocumentSlice(bytes, valueOffset, nextOffset - valueOffset);
  }

  /** The elements of the document or array of this element. */
  public Elements elements(BsonType expected) {
    require(expected);
    return new Elements(bytes, valueOffset, nextOffset);
  }

  /** The string of this element. */
  public String string() {
    require(BsonType.STRING);
    int charactersOffset = valueOffset + Integer.BYTES;
    return new String(
        bytes, charactersOffset, nextOffset - 1 - charactersOffset, StandardCharsets.UTF_8);
  }

  /** Whether this element is the string {@code text}, which is ASCII; makes no string. */
  public boolean isString(String text) {
    return type == BsonType.STRING && isAscii(text, valueOffset + Integer.BYTES, nextOffset - 1);
  }

  /** The int32 of this element. */
  public int int32() {
    require(BsonType.INT32);
    return LittleEndian.int32(bytes, valueOffset);
  }

  /** The int64 of this element. */
  public long int64() {
    require(BsonType.INT64);
    return LittleEndian.int64(bytes, valueOffset);
  }

  /** The timestamp of this element. */
  public BsonTimestamp timestamp() {
    require(BsonType.TIMESTAMP);
    return new BsonTimestamp(LittleEndian.int64(bytes, valueOffset));
  }

  /** The date of this element, in milliseconds since 1970 in UTC. */
  public long dateTime() {
    require(BsonType.DATE_TIME);
    return LittleEndian.int64(bytes, valueOffset);
  }

  /** The UUID of this element: binary of subtype 4, which has its bytes in the order of reading. */
  public UUID uuid() {
    require(BsonType.BINARY);
    int length = LittleEndian.int32(bytes, valueOffset);
    byte subtype = bytes[valueOffset + Integer.BYTES];
    if (subtype != UUID_BINARY || length != 16) {
      throw new MalformedBsonException(
          "\"" + name() + "\" to be a UUID, which is binary of subtype 4 and 16 bytes",
          "subtype " + (subtype & 0xFF) + " and " + length + " bytes",
          valueOffset);
    }
    int dataOffset = valueOffset + Integer.BYTES + 1;
    return new UUID(
        Long.reverseBytes(LittleEndian.int64(bytes, dataOffset)),
        Long.reverseBytes(LittleEndian.int64(bytes, dataOffset + Long.BYTES)));
  }

  /** The number of this element, of any numeric type but decimal, as a double. */
  public double number() {
    return switch (type) {
      case INT32 -> LittleEndian.int32(bytes, valueOffset);
      case INT64 -> LittleEndian.int64(bytes, valueOffset);
      case DOUBLE -> Double.longBitsToDouble(LittleEndian.int64(bytes, valueOffset));
      default -> throw wrongType("a number");
    };
  }

  /** The elements of the document that the current value is or, as code with a scope, holds. */
  @Nullable Elements nested() {
    return switch (type) {
      case DOCUMENT, ARRAY -> new Elements(bytes, valueOffset, nextOffset);
      case JAVASCRIPT_WITH_SCOPE -> new Elements(bytes, scopeOffset(), nextOffset);
      default -> null;
    };
  }

  /** Where the current element begins, in bytes from the beginning of the buffer. */
  public int offset() {
    return nameOffset - 1;
  }

  /** Where the current element ends: the offset of the next one. */
  public int end() {
    return nextOffset;
  }

  /** Where the current value begins, in bytes from the beginning of the buffer. */
  int valueOffset() {
    return valueOffset;
  }

  /**
   * Where the document that begins at {@code offset} ends.
   *
   * @throws MalformedBsonException if it is not whole before {@code limit}, or does not end with a
   *     zero byte
   */
  public static int documentEnd(byte[] bytes, int offset, int limit) {
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

  private boolean isAscii(String text, int offset, int end) {
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

  private void require(BsonType expected) {
    if (type != expected) {
      throw wrongType(words(expected));
    }
  }

  private MalformedBsonException wrongType(String expected) {
    return new MalformedBsonException(
        "\"" + name() + "\" to be " + expected, words(type), valueOffset);
  }

  private static String words(BsonType type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private int valueEnd() {
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

  private int booleanEnd() {
    int end = step(valueOffset, 1);
    if (bytes[valueOffset] != 0 && bytes[valueOffset] != 1) {
      throw new MalformedBsonException(
          "a boolean of 0 or 1", Integer.toString(bytes[valueOffset]), valueOffset);
    }
    return end;
  }

  private int binaryEnd() {
    int subtypeOffset = step(valueOffset, Integer.BYTES);
    int dataOffset = step(subtypeOffset, 1);
    int length = LittleEndian.int32(bytes, valueOffset);
    int end = step(dataOffset, length);
    if (bytes[subtypeOffset] == OLD_BINARY) {
      int innerEnd = step(dataOffset, Integer.BYTES);
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
  private int codeWithScopeEnd() {
    step(valueOffset, Integer.BYTES);
    int length = LittleEndian.int32(bytes, valueOffset);
    int scopeEnd = documentEnd(bytes, scopeOffset(), terminator);
    if (length != scopeEnd - valueOffset) {
      throw new MalformedBsonException(
          "code with scope of " + (scopeEnd - valueOffset) + " bytes",
          "length " + length,
          valueOffset);
    }
    return scopeEnd;
  }

  private int scopeOffset() {
    return stringEnd(valueOffset + Integer.BYTES);
  }

  private int stringEnd(int offset) {
    int charactersOffset = step(offset, Integer.BYTES);
    int length = LittleEndian.int32(bytes, offset); // Counts the terminator.
    int end = step(charactersOffset, length);
    if (length < 1 || bytes[end - 1] != 0) {
      throw new MalformedBsonException(
          "a string that ends with a zero byte", "length " + length + " and none there", offset);
    }
    return end;
  }

  private int cstringEnd(int offset) {
    for (int i = offset; i < terminator; i++) {
      if (bytes[i] == 0) {
        return i + 1;
      }
    }
    throw new MalformedBsonException(
        "a zero byte before the end of the document at " + terminator, "none", offset);
  }

  /** The offset {@code length} bytes on, which is still in the document. */
  private int step(int offset, int length) {
    if (length < 0 || length > terminator - offset) {
      throw new MalformedBsonException(
          "a value within the " + (terminator - offset) + " bytes left of the document",
          length + " bytes",
          offset);
    }
    return offset + length;
  }
}
