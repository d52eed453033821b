package dev.tailrace.engine.bytes;

import dev.tailrace.engine.transport.DocumentSlice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.bson.BsonTimestamp;
import org.bson.BsonType;

/**
 * Steps over the elements of one BSON document, in place.
 *
 * <p>{@link #next} moves to an element; the other methods look at the element it stands on. Values
 * that nobody asks for are stepped over by their length. No byte outside the document is ever read,
 * whatever its lengths claim.
 */
public final class Elements {

  private static final VarHandle INT32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** int32 length and the closing zero: the empty document. */
  private static final int MIN_DOCUMENT_BYTES = 5;

  private static final int OBJECT_ID_BYTES = 12;
  private static final int DECIMAL128_BYTES = 16;

  private final byte[] buffer;
  private final int end;
  private int nameOffset;
  private int valueOffset;
  private int nextOffset;
  private byte type;

  private Elements(byte[] buffer, int offset, int end) {
    this.buffer = buffer;
    this.nextOffset = offset;
    this.end = end;
  }

  /**
   * Stands before the first element of a document.
   *
   * @throws MalformedBsonException if the document is longer than the slice, or not ended
   */
  public static Elements of(DocumentSlice document) {
    return within(document.buffer(), document.offset(), document.offset() + document.length());
  }

  /** Stands before the first element of the document that begins at offset and ends by limit. */
  private static Elements within(byte[] buffer, int offset, int limit) {
    int length = documentLength(buffer, offset, limit);
    return new Elements(buffer, offset + Integer.BYTES, offset + length - 1);
  }

  /**
   * Moves to the next element.
   *
   * @return false at the end of the document, where it then stays
   * @throws MalformedBsonException if the element is cut off or of no known type
   */
  public boolean next() {
    if (nextOffset >= end) {
      return false;
    }
    type = buffer[nextOffset];
    nameOffset = nextOffset + 1;
    valueOffset = endOfCString(nameOffset) + 1;
    nextOffset = valueOffset + valueLength();
    if (nextOffset > end || nextOffset < valueOffset) {
      throw malformed("element \"" + name() + "\" reaches beyond its document");
    }
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

  /** Whether the element has this name, which must be ASCII. */
  public boolean isNamed(String name) {
    int length = name.length();
    if (valueOffset - nameOffset - 1 != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (buffer[nameOffset + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The element's name. */
  public String name() {
    return new String(buffer, nameOffset, valueOffset - nameOffset - 1, StandardCharsets.UTF_8);
  }

  /** Whether the element is of this type. */
  public boolean is(BsonType expected) {
    return type == (byte) expected.getValue();
  }

  /** The document or array of this element, in place. */
  public DocumentSlice document(BsonType expected) {
    require(expected);
    return new DocumentSlice(buffer, valueOffset, nextOffset - valueOffset);
  }

  /** The elements of the document or array of this element. */
  public Elements elements(BsonType expected) {
    require(expected);
    return within(buffer, valueOffset, nextOffset);
  }

  /** The string of this element. */
  public String string() {
    require(BsonType.STRING);
    return new String(
        buffer, valueOffset + Integer.BYTES, int32At(valueOffset) - 1, StandardCharsets.UTF_8);
  }

  /** The int64 of this element. */
  public long int64() {
    require(BsonType.INT64);
    return int64At(valueOffset);
  }

  /** The timestamp of this element. */
  public BsonTimestamp timestamp() {
    require(BsonType.TIMESTAMP);
    return new BsonTimestamp(int64At(valueOffset));
  }

  /** The number of this element, of any numeric type but decimal, as a double. */
  public double number() {
    if (is(BsonType.DOUBLE)) {
      return Double.longBitsToDouble(int64At(valueOffset));
    }
    if (is(BsonType.INT32)) {
      return int32At(valueOffset);
    }
    if (is(BsonType.INT64)) {
      return int64At(valueOffset);
    }
    throw wrongType("a number");
  }

  private void require(BsonType expected) {
    if (!is(expected)) {
      throw wrongType(expected.toString());
    }
  }

  private MalformedBsonException wrongType(String expected) {
    return malformed(
        "element \"%s\" should be %s, but is %s"
            .formatted(name(), expected, BsonType.findByValue(Byte.toUnsignedInt(type))));
  }

  /** The length in bytes of the value that the cursor stands on, as far as its type fixes it. */
  private int valueLength() {
    BsonType bsonType = BsonType.findByValue(Byte.toUnsignedInt(type));
    if (bsonType == null) {
      throw malformed(
          "element \"%s\" has the unknown type %d".formatted(name(), Byte.toUnsignedInt(type)));
    }
    return switch (bsonType) {
      case DOUBLE, DATE_TIME, TIMESTAMP, INT64 -> Long.BYTES;
      case INT32 -> Integer.BYTES;
      case BOOLEAN -> 1;
      case NULL, UNDEFINED, MIN_KEY, MAX_KEY -> 0;
      case OBJECT_ID -> OBJECT_ID_BYTES;
      case DECIMAL128 -> DECIMAL128_BYTES;
      case STRING, SYMBOL, JAVASCRIPT -> stringLength();
      case DB_POINTER -> stringLength() + OBJECT_ID_BYTES;
      case BINARY -> sizedLength(Integer.BYTES + 1, 0);
      case DOCUMENT, ARRAY -> documentLength(buffer, valueOffset, end);
      case JAVASCRIPT_WITH_SCOPE -> sizedLength(0, MIN_DOCUMENT_BYTES);
      case REGULAR_EXPRESSION -> endOfCString(endOfCString(valueOffset) + 1) + 1 - valueOffset;
      case END_OF_DOCUMENT -> throw malformed("a zero byte stands inside the document");
    };
  }

  private int stringLength() {
    return sizedLength(Integer.BYTES, 1);
  }

  /** The length of a value that begins with an int32 size, which does not count the header. */
  private int sizedLength(int headerBytes, int minSize) {
    int size = valueOffset + Integer.BYTES <= end ? int32At(valueOffset) : -1;
    if (size < minSize || size > end - valueOffset - headerBytes) {
      throw malformed("element \"%s\" has the impossible size %d".formatted(name(), size));
    }
    return headerBytes + size;
  }

  private static int documentLength(byte[] buffer, int offset, int limit) {
    int available = limit - offset;
    int length = available < MIN_DOCUMENT_BYTES ? -1 : (int) INT32.get(buffer, offset);
    if (length < MIN_DOCUMENT_BYTES || length > available) {
      throw new MalformedBsonException(
          "a document of length %d stands where %d bytes are left (offset %d)"
              .formatted(length, available, offset));
    }
    if (buffer[offset + length - 1] != 0) {
      throw new MalformedBsonException(
          "the document at offset %d does not end with a zero byte".formatted(offset));
    }
    return length;
  }

  private int endOfCString(int from) {
    int at = from;
    while (at < end && buffer[at] != 0) {
      at++;
    }
    if (at >= end) {
      throw malformed("a name or pattern is not ended");
    }
    return at;
  }

  private int int32At(int offset) {
    return (int) INT32.get(buffer, offset);
  }

  private long int64At(int offset) {
    return (long) INT64.get(buffer, offset);
  }

  private MalformedBsonException malformed(String message) {
    return new MalformedBsonException(message + " (offset " + nameOffset + ")");
  }
}
