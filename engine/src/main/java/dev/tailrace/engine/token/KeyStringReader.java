package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.InvalidTokenException.INVALID_BSON;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDbPointer;
import org.bson.BsonDocument;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.types.ObjectId;

/** Reads the values that {@link KeyStringWriter} wrote. */
final class KeyStringReader {

  private static final int OBJECT_ID_BYTES = 12;

  private final KeyStringInput in;
  private final TypeBitsReader typeBits;
  private final NumberReader numbers;

  KeyStringReader(KeyStringInput in, TypeBitsReader typeBits) {
    this.in = in;
    this.typeBits = typeBits;
    this.numbers = new NumberReader(in, typeBits);
  }

  /** Reads up to the end byte, or to the end of input if that comes between two values. */
  List<BsonValue> readAll() {
    List<BsonValue> values = new ArrayList<>();
    while (!in.atEnd()) {
      int ctype = in.readByte();
      if (ctype == CType.LESS || ctype == CType.GREATER) {
        ctype = in.readByte();
      }
      if (ctype == CType.END) {
        break;
      }
      KeyStringLimits.requireCount(values.size() + 1);
      values.add(readValue(ctype, 1));
    }
    return values;
  }

  private BsonValue readValue(int ctype, int depth) {
    KeyStringLimits.requireDepth(depth);
    return switch (ctype) {
      case CType.MIN_KEY -> new BsonMinKey();
      case CType.UNDEFINED -> new BsonUndefined();
      case CType.NULL -> BsonNull.VALUE;
      case CType.STRING -> readString();
      case CType.OBJECT -> readFields(depth + 1);
      case CType.ARRAY -> readArray(depth + 1);
      case CType.BINARY -> readBinary();
      case CType.OBJECT_ID -> new BsonObjectId(readObjectId());
      case CType.FALSE -> BsonBoolean.FALSE;
      case CType.TRUE -> BsonBoolean.TRUE;
      case CType.DATE -> new BsonDateTime(in.readLong() ^ Long.MIN_VALUE);
      case CType.TIMESTAMP -> new BsonTimestamp(in.readLong());
      case CType.REGULAR_EXPRESSION -> readRegularExpression();
      case CType.DB_POINTER -> readDbPointer();
      case CType.CODE -> new BsonJavaScript(readText());
      case CType.CODE_WITH_SCOPE -> readCodeWithScope(depth);
      case CType.MAX_KEY -> new BsonMaxKey();
      default -> {
        if (ctype < CType.NUMERIC || ctype > CType.POSITIVE_LARGE) {
          throw InvalidTokenException.keyString(50811, "Unknown type: " + ctype);
        }
        yield numbers.read(ctype);
      }
    };
  }

  private BsonDocument readFields(int depth) {
    BsonDocument document = new BsonDocument();
    while (in.readByte() != CType.NUL) { // The generic type byte; the value has its own.
      String name = decodeUtf8(in.readUntilNul());
      if (document.put(name, readValue(in.readByte(), depth)) != null) {
        throw new InvalidTokenException(
            INVALID_BSON, "a document that has the field \"%s\" twice".formatted(name));
      }
    }
    return document;
  }

  private BsonArray readArray(int depth) {
    BsonArray array = new BsonArray();
    for (int ctype = in.readByte(); ctype != CType.NUL; ctype = in.readByte()) {
      array.add(readValue(ctype, depth));
    }
    return array;
  }

  private BsonValue readString() {
    int type = typeBits.read(1);
    String text = readText();
    return type == TypeBits.SYMBOL ? new BsonSymbol(text) : new BsonString(text);
  }

  private String readText() {
    return decodeUtf8(in.readEscaped());
  }

  /** Refuses what is not UTF-8: it would not come out of the string as it went in. */
  private static String decodeUtf8(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    if (!Arrays.equals(text.getBytes(UTF_8), bytes)) {
      throw new InvalidTokenException(INVALID_BSON, "text that is not UTF-8: " + text);
    }
    return text;
  }

  private BsonJavaScriptWithScope readCodeWithScope(int depth) {
    String code = readText();
    return new BsonJavaScriptWithScope(code, readFields(depth + 2));
  }

  private BsonBinary readBinary() {
    long length = in.readByte();
    if (length == KeyStringWriter.LONG_BINARY) {
      length = Integer.toUnsignedLong(in.readInt());
    }
    byte type = (byte) in.readByte();
    byte[] data = in.readBytes(length);
    if (type == BsonBinarySubType.OLD_BINARY.getValue()) {
      data = withoutInnerLength(data);
    }
    return new BsonBinary(type, data);
  }

  private static byte[] withoutInnerLength(byte[] data) {
    KeyStringInput inner = new KeyStringInput(data);
    if (data.length < 4 || Integer.reverseBytes(inner.readInt()) != data.length - 4) {
      throw new InvalidTokenException(
          INVALID_BSON, "BinData of subtype 2 whose inner length does not fit");
    }
    return inner.readBytes(data.length - 4);
  }

  private ObjectId readObjectId() {
    return new ObjectId(in.readBytes(OBJECT_ID_BYTES));
  }

  private BsonRegularExpression readRegularExpression() {
    String pattern = decodeUtf8(in.readUntilNul());
    return new BsonRegularExpression(pattern, decodeUtf8(in.readUntilNul()));
  }

  private BsonDbPointer readDbPointer() {
    String namespace = decodeUtf8(in.readBytes(Integer.toUnsignedLong(in.readInt())));
    return new BsonDbPointer(namespace, readObjectId());
  }
}
