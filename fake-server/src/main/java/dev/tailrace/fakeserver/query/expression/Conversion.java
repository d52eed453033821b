package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.date.DateFormat;
import dev.tailrace.fakeserver.query.date.DateReader;
import dev.tailrace.fakeserver.query.number.Decimals;
import dev.tailrace.fakeserver.query.number.NumberText;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.Utf8;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.math.RoundingMode;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/** The conversions of {@code $convert}; which there are, and what each refuses. */
final class Conversion {

  private static final String NO_ON_ERROR = " in $convert with no onError value";

  private Conversion() {}

  /**
   * Converts a value that is not null.
   *
   * @throws CommandFailure with ConversionFailure, if there is no such conversion or the value does
   *     not fit
   */
  static BsonValue convert(BsonValue value, BsonType to, QueryContext context) {
    return switch (to) {
      case BOOLEAN -> BsonBoolean.valueOf(Coercions.isTrue(value));
      case INT32 -> new BsonInt32((int) whole(value, to));
      case INT64 -> new BsonInt64(whole(value, to));
      case DOUBLE -> toDouble(value);
      case DECIMAL128 -> toDecimal(value);
      case STRING -> toText(value, context);
      case DATE_TIME -> toDate(value, context);
      case OBJECT_ID -> toObjectId(value);
      default -> throw unsupported(value, to);
    };
  }

  private static CommandFailure failure(String message) {
    return new CommandFailure(ErrorCode.CONVERSION_FAILURE, message);
  }

  static CommandFailure unsupported(BsonValue value, BsonType to) {
    return failure(
        "Unsupported conversion from %s to %s%s"
            .formatted(BsonTypes.name(value), BsonTypes.name(to), NO_ON_ERROR));
  }

  private static CommandFailure overflow(String value) {
    return failure("Conversion would overflow target type" + NO_ON_ERROR + ": " + value);
  }

  private static BsonValue number(String text, BsonType to) {
    if (text.startsWith("0x")) {
      throw failure("Illegal hexadecimal input" + NO_ON_ERROR + ": " + text);
    }
    try {
      return NumberReader.read(text, to);
    } catch (NumberReader.NotANumber wrong) {
      throw failure(
          "Failed to parse number '%s'%s: %s".formatted(text, NO_ON_ERROR, wrong.getMessage()));
    }
  }

  private static long whole(BsonValue value, BsonType to) {
    boolean narrow = to == BsonType.INT32;
    return switch (value.getBsonType()) {
      case INT32 -> value.asInt32().getValue();
      case BOOLEAN -> value.asBoolean().getValue() ? 1 : 0;
      case STRING -> Numbers.toLong(number(value.asString().getValue(), to));
      case INT64 -> whole(value.asInt64().getValue(), narrow);
      case DOUBLE -> whole(value.asDouble().getValue(), narrow);
      case DECIMAL128 -> whole(value.asDecimal128().getValue(), narrow);
      case DATE_TIME -> {
        if (narrow) {
          throw unsupported(value, to);
        }
        yield value.asDateTime().getValue();
      }
      default -> throw unsupported(value, to);
    };
  }

  private static long whole(long value, boolean narrow) {
    if (narrow && value != (int) value) {
      // The server leaves out the value here.
      throw overflow("");
    }
    return value;
  }

  private static long whole(double value, boolean narrow) {
    requireFinite(Double.isNaN(value), Double.isInfinite(value));
    boolean fits =
        narrow
            ? value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE
            : value >= -0x1p63 && value < 0x1p63;
    if (!fits) {
      throw overflow(NumberText.brief(value));
    }
    return (long) value;
  }

  private static long whole(Decimal128 value, boolean narrow) {
    requireFinite(value.isNaN(), value.isInfinite());
    BsonDecimal128 truncated = new BsonDecimal128(Decimals.quantize(value, 0, RoundingMode.DOWN));
    if (narrow ? !Numbers.isInt(truncated) : !Numbers.isLong(truncated)) {
      throw overflow(value.toString());
    }
    return Numbers.toLong(truncated);
  }

  private static void requireFinite(boolean isNaN, boolean isInfinite) {
    if (isNaN || isInfinite) {
      throw failure(
          "Attempt to convert "
              + (isNaN ? "NaN" : "infinity")
              + " value to integer type"
              + NO_ON_ERROR);
    }
  }

  private static BsonValue toDouble(BsonValue value) {
    return switch (value.getBsonType()) {
      case DOUBLE -> value;
      case INT32, INT64 -> new BsonDouble(Numbers.toDouble(value));
      case DECIMAL128 -> toDouble(value.asDecimal128().getValue());
      case BOOLEAN -> new BsonDouble(value.asBoolean().getValue() ? 1 : 0);
      case DATE_TIME -> new BsonDouble((double) value.asDateTime().getValue());
      case STRING -> number(value.asString().getValue(), BsonType.DOUBLE);
      default -> throw unsupported(value, BsonType.DOUBLE);
    };
  }

  private static BsonValue toDouble(Decimal128 value) {
    double result = Decimals.toDouble(value);
    boolean overflows = Double.isInfinite(result) && value.isFinite();
    boolean underflows = Math.abs(result) < Double.MIN_NORMAL && !Decimals.isZero(value);
    if (overflows || (underflows && !value.isNaN())) {
      throw overflow(value.toString());
    }
    return new BsonDouble(result);
  }

  private static BsonValue toDecimal(BsonValue value) {
    return switch (value.getBsonType()) {
      case DECIMAL128 -> value;
      case INT32, INT64, DOUBLE -> new BsonDecimal128(Numbers.toDecimal(value));
      case BOOLEAN -> new BsonDecimal128(Decimals.of(value.asBoolean().getValue() ? 1 : 0));
      case DATE_TIME -> new BsonDecimal128(Decimals.of(value.asDateTime().getValue()));
      case STRING -> number(value.asString().getValue(), BsonType.DECIMAL128);
      default -> throw unsupported(value, BsonType.DECIMAL128);
    };
  }

  private static BsonValue toText(BsonValue value, QueryContext context) {
    return switch (value.getBsonType()) {
      case STRING -> value;
      case DOUBLE -> new BsonString(text(value.asDouble().getValue()));
      case INT32, INT64, DECIMAL128, BOOLEAN, OBJECT_ID -> new BsonString(ValueText.value(value));
      case DATE_TIME -> new BsonString(DateFormat.iso(value.asDateTime().getValue()));
      case BINARY -> {
        if (!context.atLeast(8, 0)) {
          throw unsupported(value, BsonType.STRING);
        }
        yield BinaryConversion.toText(value.asBinary());
      }
      default -> throw unsupported(value, BsonType.STRING);
    };
  }

  private static String text(double value) {
    if (Double.isInfinite(value)) {
      return value < 0 ? "-Infinity" : "Infinity";
    }
    return Double.isNaN(value) ? "NaN" : NumberText.brief(value);
  }

  private static BsonValue toDate(BsonValue value, QueryContext context) {
    return switch (value.getBsonType()) {
      case DATE_TIME -> value;
      case INT64, DOUBLE, DECIMAL128 -> new BsonDateTime(whole(value, BsonType.INT64));
      case OBJECT_ID -> new BsonDateTime(Coercions.toMillis(value));
      case TIMESTAMP -> {
        if (!context.atLeast(5, 0)) {
          throw unsupported(value, BsonType.DATE_TIME);
        }
        yield new BsonDateTime(Coercions.toMillis(value));
      }
      case STRING -> new BsonDateTime(DateReader.read(value.asString().getValue(), null));
      default -> throw unsupported(value, BsonType.DATE_TIME);
    };
  }

  private static BsonValue toObjectId(BsonValue value) {
    if (value.isObjectId()) {
      return value;
    }
    if (!value.isString()) {
      throw unsupported(value, BsonType.OBJECT_ID);
    }
    String text = value.asString().getValue();
    int length = Utf8.length(text);
    if (length != 24) {
      throw badObjectId(
          text, "Invalid string length for parsing to OID, expected 24 but found " + length);
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) >= 0x80) {
        throw badObjectId(text, "Invalid character found in hex string: " + text.charAt(i));
      }
    }
    return new BsonObjectId(new ObjectId(text));
  }

  private static CommandFailure badObjectId(String text, String reason) {
    return failure("Failed to parse objectId '%s'%s: %s".formatted(text, NO_ON_ERROR, reason));
  }
}
