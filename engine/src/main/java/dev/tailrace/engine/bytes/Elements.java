package dev.tailrace.engine.bytes;

import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.charset.StandardCharsets;
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

  private static final byte UUID_BINARY = 0x04;

  private final byte[] bytes;

  /** Where the document's terminator lies. */
  private final int terminator;

  /** One of {@link ElementType}'s; 0 before the first element. */
  private byte type;

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
    int end = requireWhole(document);
    return new Elements(document.buffer(), document.offset(), end);
  }

  /**
   * Makes sure that the slice is a document or an array, from its length to its end, and says where
   * that is.
   */
  static int requireWhole(DocumentSlice document) {
    int end = document.offset() + document.length();
    int documentEnd = documentEnd(document.buffer(), document.offset(), end);
    if (documentEnd != end) {
      throw new MalformedBsonException(
          "a document of " + document.length() + " bytes",
          (documentEnd - document.offset()) + " bytes",
          document.offset());
    }
    return end;
  }

  private Elements(byte[] bytes, int offset, int end) {
    this.bytes = bytes;
    this.terminator = end - 1;
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
    stand(nextOffset, Bounds.nameEnd(bytes, nextOffset, terminator));
    return true;
  }

  /** Moves to the next element with this name, which is ASCII; false if there is none. */
  public boolean nextNamed(String name) {
    if (nextNamed(name, nextOffset)) {
      return true;
    }
    nextOffset = terminator;
    return false;
  }

  /**
   * Moves to the first element with this name, which is ASCII, from {@code offset} on: the {@link
   * #end} of an element in an earlier walk over the same bytes. Where there is none, stays.
   */
  public boolean nextNamed(String name, int offset) {
    int found = Bounds.find(bytes, offset, terminator, name);
    if (found < 0) {
      return false;
    }
    stand(found, found + 1 + name.length() + 1);
    return true;
  }

  private void stand(int elementOffset, int theValueOffset) {
    type = bytes[elementOffset];
    nameOffset = elementOffset + 1;
    valueOffset = theValueOffset;
    nextOffset = Bounds.valueEnd(bytes, elementOffset, valueOffset, terminator);
  }

  /** Whether the current element is of this type. */
  public boolean is(BsonType expected) {
    return ElementType.is(type, expected);
  }

  /** The name of the current element. */
  public String name() {
    return new String(bytes, nameOffset, valueOffset - 1 - nameOffset, StandardCharsets.UTF_8);
  }

  /** Whether the current element is called {@code name}, which is ASCII; makes no string. */
  public boolean isNamed(String name) {
    return Bounds.isAscii(bytes, nameOffset, valueOffset - 1, name);
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
    return type == ElementType.STRING
        && Bounds.isAscii(bytes, valueOffset + Integer.BYTES, nextOffset - 1, text);
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
      case ElementType.INT32 -> LittleEndian.int32(bytes, valueOffset);
      case ElementType.INT64 -> LittleEndian.int64(bytes, valueOffset);
      case ElementType.DOUBLE -> Double.longBitsToDouble(LittleEndian.int64(bytes, valueOffset));
      default -> throw wrongType("a number");
    };
  }

  /** The elements of the document that the current value is or, as code with a scope, holds. */
  @Nullable Elements nested() {
    return switch (type) {
      case ElementType.DOCUMENT, ElementType.ARRAY -> new Elements(bytes, valueOffset, nextOffset);
      case ElementType.JAVASCRIPT_WITH_SCOPE ->
          new Elements(bytes, Bounds.scopeOffset(bytes, valueOffset, nextOffset), nextOffset);
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
    return Bounds.documentEnd(bytes, offset, limit);
  }

  private void require(BsonType expected) {
    if (!is(expected)) {
      throw wrongType(ElementType.words(expected));
    }
  }

  private MalformedBsonException wrongType(String expected) {
    return new MalformedBsonException(
        "\"" + name() + "\" to be " + expected, ElementType.words(type), valueOffset);
  }
}
