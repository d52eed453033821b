package dev.tailrace.fakeserver.query.value;

import com.google.common.io.BaseEncoding;
import dev.tailrace.fakeserver.query.number.NumberText;
import java.util.Locale;
import java.util.Map;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/**
 * Values as the server prints parts of stored documents and commands, {@code { a: 1, b: "x" }};
 * compare {@link ValueText}. Long strings and binaries are cut.
 */
public final class ElementText {

  /** Bytes of a string from which on it is cut, with its terminating zero. */
  private static final int LONG_STRING = 160;

  private static final int CUT_STRING = 150;
  private static final int LONG_BINARY = 80;
  private static final int CUT_BINARY = 70;

  private ElementText() {}

  /** As in {@code a: 1}. */
  public static String field(String name, BsonValue value) {
    return name + ": " + value(value);
  }

  public static String value(BsonValue value) {
    StringBuilder text = new StringBuilder();
    append(text, value);
    return text.toString();
  }

  private static void append(StringBuilder text, BsonValue value) {
    switch (value.getBsonType()) {
      case DOCUMENT -> appendDocument(text, value.asDocument());
      case ARRAY -> appendArray(text, value.asArray());
      case STRING -> appendString(text, value.asString().getValue());
      case SYMBOL -> appendString(text, value.asSymbol().getSymbol());
      case DOUBLE -> text.append(NumberText.full(value.asDouble().getValue()));
      case INT32 -> text.append(value.asInt32().getValue());
      case INT64 -> text.append(value.asInt64().getValue());
      case DECIMAL128 -> text.append(value.asDecimal128().getValue());
      case BOOLEAN -> text.append(value.asBoolean().getValue());
      case DATE_TIME -> text.append("new Date(").append(value.asDateTime().getValue()).append(')');
      case TIMESTAMP -> text.append(timestamp(value.asTimestamp()));
      case OBJECT_ID ->
          text.append("ObjectId('")
              .append(value.asObjectId().getValue().toHexString())
              .append("')");
      case REGULAR_EXPRESSION ->
          text.append('/')
              .append(value.asRegularExpression().getPattern())
              .append('/')
              .append(value.asRegularExpression().getOptions());
      case BINARY -> appendBinary(text, value.asBinary());
      case NULL -> text.append("null");
      case UNDEFINED -> text.append("undefined");
      case MIN_KEY -> text.append("MinKey");
      case MAX_KEY -> text.append("MaxKey");
      case JAVASCRIPT -> text.append(value.asJavaScript().getCode());
      case JAVASCRIPT_WITH_SCOPE -> {
        text.append("CodeWScope( ").append(value.asJavaScriptWithScope().getCode()).append(", ");
        appendDocument(text, value.asJavaScriptWithScope().getScope());
        text.append(')');
      }
      case DB_POINTER ->
          text.append("DBRef('")
              .append(value.asDBPointer().getNamespace())
              .append("',")
              .append(value.asDBPointer().getId().toHexString())
              .append(')');
      case END_OF_DOCUMENT -> text.append("EOO");
    }
  }

  private static void appendDocument(StringBuilder text, BsonDocument document) {
    if (document.isEmpty()) {
      text.append("{}");
      return;
    }
    String separator = "{ ";
    for (Map.Entry<String, BsonValue> field : document.entrySet()) {
      text.append(separator).append(field.getKey()).append(": ");
      append(text, field.getValue());
      separator = ", ";
    }
    text.append(" }");
  }

  private static void appendArray(StringBuilder text, Iterable<BsonValue> array) {
    String separator = "[ ";
    for (BsonValue element : array) {
      text.append(separator);
      append(text, element);
      separator = ", ";
    }
    text.append(separator.equals("[ ") ? "[]" : " ]");
  }

  private static void appendString(StringBuilder text, String string) {
    text.append('"');
    if (Utf8.length(string) + 1 > LONG_STRING) {
      text.append(Utf8.string(Utf8.bytes(string), 0, CUT_STRING)).append("...");
    } else {
      text.append(string);
    }
    text.append('"');
  }

  private static void appendBinary(StringBuilder text, BsonBinary binary) {
    byte[] data = binary.getData();
    String hex = BaseEncoding.base16().encode(data);
    if (binary.getType() == BsonBinarySubType.UUID_STANDARD.getValue() && data.length == 16) {
      String uuid = hex.toLowerCase(Locale.ROOT);
      text.append("UUID(\"");
      int[] cuts = {0, 8, 12, 16, 20, 32};
      for (int i = 1; i < cuts.length; i++) {
        text.append(i > 1 ? "-" : "").append(uuid, cuts[i - 1], cuts[i]);
      }
      text.append("\")");
      return;
    }
    text.append("BinData(").append(binary.getType() & 0xFF).append(", ");
    if (data.length > LONG_BINARY) {
      text.append(hex, 0, 2 * CUT_BINARY).append("...");
    } else {
      text.append(hex);
    }
    text.append(')');
  }

  static String timestamp(BsonTimestamp timestamp) {
    return "Timestamp("
        + Integer.toUnsignedString(timestamp.getTime())
        + ", "
        + Integer.toUnsignedString(timestamp.getInc())
        + ")";
  }
}
