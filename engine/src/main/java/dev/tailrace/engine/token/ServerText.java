package dev.tailrace.engine.token;

import static java.time.ZoneOffset.UTC;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.StringJoiner;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDbPointer;
import org.bson.BsonDocument;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonRegularExpression;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** Values as the server's aggregation prints them in its messages: <code>{a: 1, b: "x"}</code>. */
final class ServerText {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);

  private static final MathContext SIX_DIGITS = new MathContext(6, RoundingMode.HALF_EVEN);

  private ServerText() {}

  static String of(BsonValue value) {
    return switch (value.getBsonType()) {
      case MIN_KEY -> "MinKey";
      case MAX_KEY -> "MaxKey";
      case NULL -> "null";
      case UNDEFINED -> "undefined";
      case BOOLEAN -> Boolean.toString(value.asBoolean().getValue());
      case INT32 -> Integer.toString(value.asInt32().getValue());
      case INT64 -> Long.toString(value.asInt64().getValue());
      case DOUBLE -> ofDouble(value.asDouble().getValue());
      case DECIMAL128 -> value.asDecimal128().getValue().toString();
      case STRING -> '"' + value.asString().getValue() + '"';
      case SYMBOL -> "Symbol(\"" + value.asSymbol().getSymbol() + "\")";
      case JAVASCRIPT -> "Code(\"" + value.asJavaScript().getCode() + "\")";
      case JAVASCRIPT_WITH_SCOPE -> ofCode(value.asJavaScriptWithScope());
      case OBJECT_ID -> value.asObjectId().getValue().toHexString();
      case BINARY -> ofBinary(value.asBinary());
      case DATE_TIME -> ofDate(value.asDateTime().getValue());
      case TIMESTAMP -> ofTimestamp(value.asTimestamp());
      case REGULAR_EXPRESSION -> ofRegularExpression(value.asRegularExpression());
      case DB_POINTER -> ofDbPointer(value.asDBPointer());
      case ARRAY -> ofArray(value.asArray());
      case DOCUMENT -> ofDocument(value.asDocument());
      case END_OF_DOCUMENT -> "MISSING";
    };
  }

  private static String ofDocument(BsonDocument document) {
    StringJoiner text = new StringJoiner(", ", "{", "}");
    document.forEach((name, value) -> text.add(name + ": " + of(value)));
    return text.toString();
  }

  private static String ofArray(BsonArray array) {
    StringJoiner text = new StringJoiner(", ", "[", "]");
    array.forEach(value -> text.add(of(value)));
    return text.toString();
  }

  private static String ofBinary(BsonBinary binary) {
    String hex = HexFormat.of().withUpperCase().formatHex(binary.getData());
    return "BinData(" + (binary.getType() & 0xFF) + ", \"" + hex + "\")";
  }

  private static String ofTimestamp(BsonTimestamp timestamp) {
    String seconds = Integer.toUnsignedString(timestamp.getTime());
    return "Timestamp(" + seconds + ", " + Integer.toUnsignedString(timestamp.getInc()) + ")";
  }

  private static String ofDate(long millis) {
    OffsetDateTime date = Instant.ofEpochMilli(millis).atOffset(UTC);
    boolean hasFourDigits = date.getYear() >= 0 && date.getYear() <= 9999;
    return hasFourDigits ? DATE.format(date) : "illegal date";
  }

  private static String ofRegularExpression(BsonRegularExpression expression) {
    return "/" + expression.getPattern() + "/" + expression.getOptions();
  }

  private static String ofDbPointer(BsonDbPointer pointer) {
    return "DBRef(\"" + pointer.getNamespace() + "\", " + pointer.getId().toHexString() + ")";
  }

  private static String ofCode(BsonJavaScriptWithScope code) {
    return "CodeWScope(\"" + code.getCode() + "\", " + of(code.getScope()) + ")";
  }

  /** Six significant digits, as C prints with {@code %g}. */
  private static String ofDouble(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal digits = new BigDecimal(value).round(SIX_DIGITS).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= -4 && exponent < SIX_DIGITS.getPrecision()) {
      return digits.toPlainString();
    }
    return digits.movePointLeft(exponent).toPlainString()
        + String.format(Locale.ROOT, "e%+03d", exponent);
  }
}
