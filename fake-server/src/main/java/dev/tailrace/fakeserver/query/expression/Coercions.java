package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.date.DateFormat;
import dev.tailrace.fakeserver.query.number.NumberText;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.bson.BsonDateTime;
import org.bson.BsonObjectId;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/** What operators make of values that are not of the type they want; missing values are null. */
public final class Coercions {

  private static final DateTimeFormatter SHORT_DATE =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private Coercions() {}

  /** Whether the value counts as true: all but false, zero, null, undefined and missing. */
  public static boolean isTrue(@Nullable BsonValue value) {
    if (value == null) {
      return false;
    }
    return switch (value.getBsonType()) {
      case NULL, UNDEFINED -> false;
      case BOOLEAN -> value.asBoolean().getValue();
      case INT32, INT64, DOUBLE, DECIMAL128 -> !Numbers.isZero(value);
      default -> true;
    };
  }

  static long toLong(@Nullable BsonValue value) {
    return Numbers.toLong(number(value, 16_004, "long"));
  }

  static int toInt(@Nullable BsonValue value) {
    return Numbers.toInt(number(value, 16_003, "int"));
  }

  static double toDouble(@Nullable BsonValue value) {
    return Numbers.toDouble(number(value, 16_005, "double"));
  }

  static Decimal128 toDecimal(@Nullable BsonValue value) {
    return Numbers.toDecimal(number(value, 16_008, "decimal"));
  }

  private static BsonValue number(@Nullable BsonValue value, int code, String type) {
    if (value == null || !Numbers.isNumber(value)) {
      throw new CommandFailure(
          code, "can't convert from BSON type " + BsonTypes.name(value) + " to " + type);
    }
    return value;
  }

  /** The milliseconds of a date, timestamp or object id. */
  static long toMillis(@Nullable BsonValue value) {
    if (value instanceof BsonDateTime date) {
      return date.getValue();
    }
    if (value instanceof BsonTimestamp timestamp) {
      return Integer.toUnsignedLong(timestamp.getTime()) * 1000;
    }
    if (value instanceof BsonObjectId id) {
      return Integer.toUnsignedLong(id.getValue().getTimestamp()) * 1000;
    }
    throw new CommandFailure(
        16_006, "can't convert from BSON type " + BsonTypes.name(value) + " to Date");
  }

  static String toText(@Nullable BsonValue given) {
    BsonValue value = BsonTypes.present(given);
    if (value == null) {
      return "";
    }
    return switch (value.getBsonType()) {
      case STRING -> value.asString().getValue();
      case SYMBOL -> value.asSymbol().getSymbol();
      case JAVASCRIPT -> value.asJavaScript().getCode();
      case DOUBLE -> NumberText.brief(value.asDouble().getValue());
      case INT32, INT64, DECIMAL128 -> ValueText.value(value);
      case TIMESTAMP -> pretty(value.asTimestamp());
      case DATE_TIME -> DateFormat.iso(value.asDateTime().getValue());
      default ->
          throw new CommandFailure(
              16_007, "can't convert from BSON type " + BsonTypes.name(value) + " to String");
    };
  }

  /** A timestamp as {@code Jan 1 00:00:05:1}, with the counter in hexadecimal. */
  private static String pretty(BsonTimestamp timestamp) {
    Instant time = Instant.ofEpochSecond(Integer.toUnsignedLong(timestamp.getTime()));
    return SHORT_DATE.format(time) + ":" + Integer.toHexString(timestamp.getInc());
  }
}
