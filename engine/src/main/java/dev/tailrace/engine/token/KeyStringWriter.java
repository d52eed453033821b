package dev.tailrace.engine.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonDbPointer;
import org.bson.BsonDocument;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonRegularExpression;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/**
 * Writes values one after the other, then {@linkplain #end ends} the KeyString.
 *
 * <p>For one KeyString only.
 */
final class KeyStringWriter {

  /** The length of a BinData that is followed by the true length. */
  static final int LONG_BINARY = 0xFF;

  private final KeyStringBuffer out = new KeyStringBuffer(128);
  private final TypeBitsWriter typeBits = new TypeBitsWriter();
  private final NumberWriter numbers = new NumberWriter(out, typeBits);

  void writeTimestamp(BsonTimestamp value) {
    out.putByte(CType.TIMESTAMP);
    out.putLong(value.getValue());
  }

  void writeInt32(int value) {
    numbers.writeInt32(value);
  }

  void writeBoolean(boolean value) {
    out.putByte(value ? CType.TRUE : CType.FALSE);
  }

  /**
   * Writes any value.
   *
   * @throws InvalidTokenException (15) if it nests too deep; (22) if a name or a part of a regular
   *     expression contains a NUL
   */
  void write(BsonValue value) {
    putValue(value, 1);
  }

  /** Ends the KeyString. */
  KeyString end() {
    out.putByte(CType.END);
    return new KeyString(out.toByteArray(), typeBits.serialise());
  }

  private void putValue(BsonValue value, int depth) {
    KeyStringLimits.requireDepth(depth);
    switch (value.getBsonType()) {
      case INT32 -> writeInt32(value.asInt32().getValue());
      case INT64 -> numbers.writeInt64(value.asInt64().getValue());
      case DOUBLE -> numbers.writeDouble(value.asDouble().getValue());
      case DECIMAL128 ->
          new DecimalWriter(out, typeBits, numbers).write(value.asDecimal128().getValue());
      case STRING -> {
        typeBits.append(TypeBits.STRING, 1);
        putText(CType.STRING, value.asString().getValue());
      }
      case SYMBOL -> {
        typeBits.append(TypeBits.SYMBOL, 1);
        putText(CType.STRING, value.asSymbol().getSymbol());
      }
      case JAVASCRIPT -> putText(CType.CODE, value.asJavaScript().getCode());
      case JAVASCRIPT_WITH_SCOPE -> putCodeWithScope(value.asJavaScriptWithScope(), depth);
      case DOCUMENT -> {
        out.putByte(CType.OBJECT);
        putFields(value.asDocument(), depth + 1);
      }
      case ARRAY -> {
        out.putByte(CType.ARRAY);
        for (BsonValue element : value.asArray()) {
          putValue(element, depth + 1);
        }
        out.putByte(CType.NUL);
      }
      case BOOLEAN -> writeBoolean(value.asBoolean().getValue());
      case OBJECT_ID -> {
        out.putByte(CType.OBJECT_ID);
        out.putBytes(value.asObjectId().getValue().toByteArray());
      }
      case BINARY -> putBinary(value.asBinary());
      case DATE_TIME -> {
        out.putByte(CType.DATE);
        out.putLong(value.asDateTime().getValue() ^ Long.MIN_VALUE);
      }
      case TIMESTAMP -> writeTimestamp(value.asTimestamp());
      case REGULAR_EXPRESSION -> putRegularExpression(value.asRegularExpression());
      case DB_POINTER -> putDbPointer(value.asDBPointer());
      default -> out.putByte(CType.generic(value.getBsonType())); // Types of a single value.
    }
  }

  private void putFields(BsonDocument document, int depth) {
    for (Map.Entry<String, BsonValue> field : document.entrySet()) {
      out.putByte(CType.generic(field.getValue().getBsonType()));
      putName(field.getKey());
      putValue(field.getValue(), depth);
    }
    out.putByte(CType.NUL);
  }

  private void putText(int ctype, String text) {
    out.putByte(ctype);
    byte[] bytes = text.getBytes(UTF_8);
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        out.putBytes(bytes, from, i + 1);
        out.putByte(0xFF); // Else the 0 would end the text.
        from = i + 1;
      }
    }
    out.putBytes(bytes, from, bytes.length);
    out.putByte(CType.NUL);
  }

  /** Nothing is escaped here: BSON has no NUL in these places. */
  private void putName(String name) {
    if (name.indexOf('\0') >= 0) {
      throw new InvalidTokenException(
          InvalidTokenException.INVALID_BSON,
          "a field name or a part of a regular expression must not contain a NUL: " + name);
    }
    out.putBytes(name.getBytes(UTF_8));
    out.putByte(CType.NUL);
  }

  private void putCodeWithScope(BsonJavaScriptWithScope code, int depth) {
    putText(CType.CODE_WITH_SCOPE, code.getCode());
    putFields(code.getScope(), depth + 2); // BSON counts the pair as a level of its own.
  }

  private void putBinary(BsonBinary binary) {
    byte[] data = binary.getData();
    boolean hasInnerLength = binary.getType() == BsonBinarySubType.OLD_BINARY.getValue();
    int length = hasInnerLength ? Math.addExact(data.length, 4) : data.length;
    out.putByte(CType.BINARY);
    if (length < LONG_BINARY) {
      out.putByte(length);
    } else {
      out.putByte(LONG_BINARY);
      out.putInt(length);
    }
    out.putByte(binary.getType());
    if (hasInnerLength) { // On the wire it is a part of the data, which the driver takes off.
      out.putInt(Integer.reverseBytes(data.length));
    }
    out.putBytes(data);
  }

  private void putRegularExpression(BsonRegularExpression expression) {
    out.putByte(CType.REGULAR_EXPRESSION);
    putName(expression.getPattern());
    putName(expression.getOptions());
  }

  private void putDbPointer(BsonDbPointer pointer) {
    byte[] namespace = pointer.getNamespace().getBytes(UTF_8);
    out.putByte(CType.DB_POINTER);
    out.putInt(namespace.length);
    out.putBytes(namespace);
    out.putBytes(pointer.getId().toByteArray());
  }
}
