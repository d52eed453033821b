package dev.tailrace.fakeserver.storage;

import dev.tailrace.engine.bytes.LittleEndian;
import java.util.Arrays;
import java.util.Map;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.ByteBuf;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/**
 * Makes a document, field by field, in the form in which documents are stored and sent: bytes. What
 * events and replies are made of is written here, in a third of the library's time; what is rare,
 * or may be refused, is left to the library. Not thread-safe.
 */
public final class DocumentBuilder {

  /** What most events and documents fit into. */
  private static final int INITIAL_SIZE = 512;

  /** More than that is not kept for the next document. */
  private static final int MAX_KEPT_SIZE = 64 * 1024;

  /** Deeper than documents usually are. The library says where too deep is. */
  private static final int MAX_OWN_DEPTH = 16;

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  private byte[] bytes = new byte[INITIAL_SIZE];
  private int length;
  private int depth;

  /** An empty document. */
  public DocumentBuilder() {
    begin();
  }

  /**
   * Appends a field. It must not be there yet.
   *
   * @throws org.bson.BsonSerializationException if the library refuses to write it
   */
  public DocumentBuilder append(String field, BsonValue value) {
    switch (value.getBsonType()) {
      case DOCUMENT -> appendDocument(field, value.asDocument());
      case STRING -> append(field, value.asString().getValue());
      case BINARY -> appendBinary(field, value.asBinary());
      case OBJECT_ID ->
          element(value.getBsonType(), field).putBytes(value.asObjectId().getValue().toByteArray());
      case TIMESTAMP ->
          element(value.getBsonType(), field).putInt64(value.asTimestamp().getValue());
      case DATE_TIME -> element(value.getBsonType(), field).putInt64(value.asDateTime().getValue());
      case INT64 -> element(value.getBsonType(), field).putInt64(value.asInt64().getValue());
      case DOUBLE ->
          element(value.getBsonType(), field)
              .putInt64(Double.doubleToRawLongBits(value.asDouble().getValue()));
      case INT32 -> element(value.getBsonType(), field).putInt32(value.asInt32().getValue());
      case BOOLEAN ->
          element(value.getBsonType(), field).putByte(value.asBoolean().getValue() ? 1 : 0);
      case NULL -> element(value.getBsonType(), field);
      default -> appendByLibrary(field, value);
    }
    return this;
  }

  /** Appends text, as {@link #append(String, BsonValue)} does. */
  public DocumentBuilder append(String field, String text) {
    int start = length;
    element(BsonType.STRING, field).putInt32(text.length() + 1);
    if (!putAscii(text)) {
      length = start;
      appendByLibrary(field, new BsonString(text));
    }
    return this;
  }

  /** Appends all fields of a document, as {@link #append} does. */
  public DocumentBuilder appendAll(BsonDocument document) {
    if (document instanceof RawBsonDocument raw) {
      putRaw(raw, Integer.BYTES, 1);
    } else {
      for (Map.Entry<String, BsonValue> field : document.entrySet()) {
        append(field.getKey(), field.getValue());
      }
    }
    return this;
  }

  /** The document, once; nothing can be appended then, before {@link #clear}. */
  public RawBsonDocument build() {
    end(0);
    return new RawBsonDocument(Arrays.copyOf(bytes, length));
  }

  /** Begins another document, which is empty. */
  public DocumentBuilder clear() {
    if (bytes.length > MAX_KEPT_SIZE) {
      bytes = new byte[INITIAL_SIZE];
    }
    length = 0;
    depth = 0;
    begin();
    return this;
  }

  private void appendDocument(String field, BsonDocument document) {
    if (document instanceof RawBsonDocument raw) {
      element(raw.getBsonType(), field).putRaw(raw, 0, 0);
    } else if (depth == MAX_OWN_DEPTH) {
      appendByLibrary(field, document);
    } else {
      element(document.getBsonType(), field);
      depth++;
      int start = length;
      begin();
      appendAll(document);
      end(start);
      depth--;
    }
  }

  private void appendBinary(String field, BsonBinary binary) {
    if (binary.getType() == BsonBinarySubType.OLD_BINARY.getValue()) {
      appendByLibrary(field, binary); // Has its length twice.
    } else {
      byte[] data = binary.getData();
      element(binary.getBsonType(), field)
          .putInt32(data.length)
          .putByte(binary.getType())
          .putBytes(data);
    }
  }

  private void appendByLibrary(String field, BsonValue value) {
    BasicOutputBuffer out = new BasicOutputBuffer();
    CODEC.encode(
        new BsonBinaryWriter(out),
        new BsonDocument(field, value),
        EncoderContext.builder().build());
    int elementLength = out.getPosition() - Integer.BYTES - 1;
    put(out.getInternalBuffer(), Integer.BYTES, elementLength);
  }

  /**
   * Type and name; the value is to follow.
   *
   * @throws org.bson.BsonSerializationException if there is a zero in the name
   */
  private DocumentBuilder element(BsonType type, String field) {
    putByte(type.getValue());
    if (!putAscii(field)) {
      BasicOutputBuffer name = new BasicOutputBuffer();
      name.writeCString(field);
      put(name.getInternalBuffer(), 0, name.getPosition());
    }
    return this;
  }

  /** Writes text and a zero behind it; or nothing, if it has more than plain ASCII in it. */
  private boolean putAscii(String text) {
    int count = text.length();
    reserve(count + 1);
    for (int i = 0; i < count; i++) {
      char character = text.charAt(i);
      if (character == 0 || character >= 0x80) {
        return false;
      }
      bytes[length + i] = (byte) character;
    }
    length += count;
    bytes[length++] = 0;
    return true;
  }

  private void begin() {
    putInt32(0);
  }

  private void end(int start) {
    putByte(0);
    int end = length;
    length = start;
    putInt32(end - start);
    length = end;
  }

  /** Copies a document's bytes, but not so many in front and behind. */
  private void putRaw(RawBsonDocument raw, int withoutFirst, int withoutLast) {
    ByteBuf source = raw.getByteBuffer();
    int count = source.remaining() - withoutFirst - withoutLast;
    reserve(count);
    source.position(source.position() + withoutFirst).get(bytes, length, count);
    length += count;
  }

  private DocumentBuilder putBytes(byte[] value) {
    put(value, 0, value.length);
    return this;
  }

  private void put(byte[] source, int offset, int count) {
    reserve(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  private DocumentBuilder putByte(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
    return this;
  }

  private DocumentBuilder putInt32(int value) {
    reserve(Integer.BYTES);
    length = LittleEndian.putInt32(bytes, length, value);
    return this;
  }

  private DocumentBuilder putInt64(long value) {
    reserve(Long.BYTES);
    length = LittleEndian.putInt64(bytes, length, value);
    return this;
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
    }
  }
}
