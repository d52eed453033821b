package dev.tailrace.fakeserver.query.value;

import com.google.common.base.Joiner;
import com.google.common.io.BaseEncoding;
import dev.tailrace.fakeserver.query.number.NumberText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Values as the server prints those that an aggregation computes, {@code {a: 1, b: "x"}}; compare
 * {@link ElementText}.
 */
public final class ValueText {

  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private ValueText() {}

  /** The value; a missing one is {@code MISSING}. */
  public static String value(@Nullable BsonValue value) {
    if (value == null) {
      return "MISSING";
    }
    return switch (value.getBsonType()) {
      case DOCUMENT -> document(value.asDocument());
      case ARRAY -> array(value.asArray());
      case STRING -> '"' + value.asString().getValue() + '"';
      case SYMBOL -> "Symbol(\"" + value.asSymbol().getSymbol() + "\")";
      case DOUBLE -> NumberText.brief(value.asDouble().getValue());
      case INT32 -> String.valueOf(value.asInt32().getValue());
      case INT64 -> String.valueOf(value.asInt64().getValue());
      case DECIMAL128 -> value.asDecimal128().getValue().toString();
      case BOOLEAN -> String.valueOf(value.asBoolean().getValue());
      case DATE_TIME -> date(value.asDateTime().getValue());
      case TIMESTAMP -> ElementText.timestamp(value.asTimestamp());
      case OBJECT_ID -> value.asObjectId().getValue().toHexString();
      case BINARY -> binary(value.asBinary());
      case NULL -> "null";
      case JAVASCRIPT -> "Code(\"" + value.asJavaScript().getCode() + "\")";
      case JAVASCRIPT_WITH_SCOPE ->
          "CodeWScope(\""
              + value.asJavaScriptWithScope().getCode()
              + "\", "
              + ElementText.value(value.asJavaScriptWithScope().getScope())
              + ")";
      case DB_POINTER ->
          "DBRef(\""
              + value.asDBPointer().getNamespace()
              + "\", "
              + value.asDBPointer().getId().toHexString()
              + ")";
      case REGULAR_EXPRESSION, UNDEFINED, MIN_KEY, MAX_KEY, END_OF_DOCUMENT ->
          ElementText.value(value);
    };
  }

  /** The date in ISO 8601 with milliseconds, or a word for what four digits of year cannot show. */
  public static String date(long millis) {
    return isPrintable(millis) ? ISO.format(Instant.ofEpochMilli(millis)) : "illegal date";
  }

  /** Whether the date lies in the years 0 to 9999, which are all that the server formats. */
  public static boolean isPrintable(long millis) {
    return millis >= -62_167_219_200_000L && millis <= 253_402_300_799_999L;
  }

  private static String document(BsonDocument document) {
    List<String> fields = new ArrayList<>();
    for (Map.Entry<String, BsonValue> field : document.entrySet()) {
      fields.add(field.getKey() + ": " + value(field.getValue()));
    }
    return "{" + Joiner.on(", ").join(fields) + "}";
  }

  private static String array(Iterable<BsonValue> array) {
    List<String> elements = new ArrayList<>();
    for (BsonValue element : array) {
      elements.add(value(element));
    }
    return "[" + Joiner.on(", ").join(elements) + "]";
  }

  private static String binary(BsonBinary binary) {
    return "BinData("
        + (binary.getType() & 0xFF)
        + ", \""
        + BaseEncoding.base16().encode(binary.getData())
        + "\")";
  }
}
