package dev.tailrace.fakeserver.query.number;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.bson.BsonDecimal128;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/**
 * The four numeric types seen as one: order and equality by value, and the server's conversions
 * between them.
 *
 * <p>Where the server leaves a conversion out of range to the processor, the result here is what
 * x86-64 gives: the smallest value of the target type.
 */
public final class Numbers {

  private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

  /** 2^63, the first double that no long reaches. */
  private static final double LONG_LIMIT = 0x1p63;

  private Numbers() {}

  public static boolean isNumber(@Nullable BsonValue value) {
    return value instanceof BsonNumber;
  }

  public static boolean isNaN(BsonValue value) {
    return switch (value.getBsonType()) {
      case DOUBLE -> Double.isNaN(value.asDouble().getValue());
      case DECIMAL128 -> value.asDecimal128().getValue().isNaN();
      default -> false;
    };
  }

  public static boolean isInfinite(BsonValue value) {
    return switch (value.getBsonType()) {
      case DOUBLE -> Double.isInfinite(value.asDouble().getValue());
      case DECIMAL128 -> value.asDecimal128().getValue().isInfinite();
      default -> false;
    };
  }

  /** Whether a number is zero, of either sign. */
  public static boolean isZero(BsonValue number) {
    return switch (number.getBsonType()) {
      case INT32 -> number.asInt32().getValue() == 0;
      case INT64 -> number.asInt64().getValue() == 0;
      case DOUBLE -> number.asDouble().getValue() == 0;
      default -> Decimals.isZero(number.asDecimal128().getValue());
    };
  }

  /** Whether this is a whole number that fits 32 bits. */
  public static boolean isInt(@Nullable BsonValue value) {
    return value != null && isLong(value) && toLong(value) == (int) toLong(value);
  }

  /** Whether this is a whole number that fits 64 bits. */
  public static boolean isLong(@Nullable BsonValue value) {
    if (value == null) {
      return false;
    }
    return switch (value.getBsonType()) {
      case INT32, INT64 -> true;
      case DOUBLE -> isLong(value.asDouble().getValue());
      case DECIMAL128 -> isLong(value.asDecimal128().getValue());
      default -> false;
    };
  }

  private static boolean isLong(double d) {
    return d >= -LONG_LIMIT && d < LONG_LIMIT && d == Math.rint(d);
  }

  private static boolean isLong(Decimal128 decimal) {
    return decimal.isFinite()
        && isWhole(Decimals.exact(decimal))
        && fitsLong(Decimals.exact(decimal));
  }

  private static boolean isWhole(BigDecimal value) {
    return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
  }

  /** Whether the whole part fits 64 bits; looks at the length first. */
  private static boolean fitsLong(BigDecimal value) {
    if (value.signum() == 0 || value.precision() - (long) value.scale() <= 0) {
      return true;
    }
    if (value.precision() - (long) value.scale() > 19) {
      return false;
    }
    BigInteger whole = value.toBigInteger();
    return whole.compareTo(MIN_LONG) >= 0 && whole.compareTo(MAX_LONG) <= 0;
  }

  /**
   * The number as a whole one: a double loses its fraction, a decimal is rounded to nearest, ties
   * to even. Out of range, or NaN: the smallest long.
   */
  public static long toLong(BsonValue number) {
    return switch (number.getBsonType()) {
      case INT32 -> number.asInt32().getValue();
      case INT64 -> number.asInt64().getValue();
      case DOUBLE -> truncated(number.asDouble().getValue());
      default -> rounded(number.asDecimal128().getValue(), RoundingMode.HALF_EVEN);
    };
  }

  /** The double without its fraction; out of range, or NaN: the smallest long. */
  public static long truncated(double d) {
    return d >= -LONG_LIMIT && d < LONG_LIMIT ? (long) d : Long.MIN_VALUE;
  }

  /** The decimal rounded to a whole number; out of range, or NaN: the smallest long. */
  public static long rounded(Decimal128 decimal, RoundingMode mode) {
    if (!decimal.isFinite()) {
      return Long.MIN_VALUE;
    }
    BigDecimal exact = Decimals.exact(decimal);
    if (exact.signum() == 0) {
      return 0;
    }
    if (exact.precision() - (long) exact.scale() > 19) {
      return Long.MIN_VALUE;
    }
    BigDecimal whole = exact.setScale(0, mode);
    return fitsLong(whole) ? whole.longValueExact() : Long.MIN_VALUE;
  }

  /** As {@link #toLong}, for 32 bits. */
  public static int toInt(BsonValue number) {
    long value = toLong(number);
    boolean keepsLowBits = number.getBsonType() == BsonType.INT64;
    return keepsLowBits || value == (int) value ? (int) value : Integer.MIN_VALUE;
  }

  public static double toDouble(BsonValue number) {
    return switch (number.getBsonType()) {
      case INT32 -> number.asInt32().getValue();
      case INT64 -> (double) number.asInt64().getValue();
      case DOUBLE -> number.asDouble().getValue();
      default -> Decimals.toDouble(number.asDecimal128().getValue());
    };
  }

  /** The number as the server takes it into decimal arithmetic; a double keeps 15 digits. */
  public static Decimal128 toDecimal(BsonValue number) {
    return switch (number.getBsonType()) {
      case INT32 -> Decimals.of(number.asInt32().getValue());
      case INT64 -> Decimals.of(number.asInt64().getValue());
      case DOUBLE -> Decimals.of(number.asDouble().getValue());
      default -> number.asDecimal128().getValue();
    };
  }

  /** The wider of two numeric types: int, long, double, decimal. */
  public static BsonType widest(BsonType a, BsonType b) {
    return width(a) >= width(b) ? a : b;
  }

  private static int width(BsonType type) {
    return switch (type) {
      case INT32 -> 0;
      case INT64 -> 1;
      case DOUBLE -> 2;
      case DECIMAL128 -> 3;
      default -> throw new IllegalArgumentException(type + " is not a numeric type");
    };
  }

  /** An int where the value fits one, else a long. */
  public static BsonNumber narrow(long value) {
    return value == (int) value ? new BsonInt32((int) value) : new BsonInt64(value);
  }

  /**
   * Orders two numbers by value, whatever their types. NaN comes before every other number and
   * equals NaN; the zeros are equal.
   */
  public static int compare(BsonValue a, BsonValue b) {
    boolean aWhole = a instanceof BsonInt32 || a instanceof BsonInt64;
    boolean bWhole = b instanceof BsonInt32 || b instanceof BsonInt64;
    if (aWhole && bWhole) {
      return Long.compare(toLong(a), toLong(b));
    }
    if (isNaN(a) || isNaN(b)) {
      return Boolean.compare(isNaN(b), isNaN(a));
    }
    if (a instanceof BsonDouble && b instanceof BsonDouble) {
      return compareDoubles(toDouble(a), toDouble(b));
    }
    if (isInfinite(a) || isInfinite(b)) {
      return compareDoubles(infiniteOrZero(a), infiniteOrZero(b));
    }
    boolean besideDecimal = a instanceof BsonDecimal128 || b instanceof BsonDecimal128;
    return exact(a, besideDecimal).compareTo(exact(b, besideDecimal));
  }

  private static int compareDoubles(double a, double b) {
    return a < b ? -1 : a > b ? 1 : 0;
  }

  private static double infiniteOrZero(BsonValue number) {
    return isInfinite(number) ? toDouble(number) : 0;
  }

  /** The exact value; but of a double that meets a decimal, the server looks at 34 digits. */
  private static BigDecimal exact(BsonValue finite, boolean besideDecimal) {
    return switch (finite.getBsonType()) {
      case INT32, INT64 -> BigDecimal.valueOf(toLong(finite));
      case DOUBLE ->
          besideDecimal
              ? Decimals.exact(Decimals.ofAllDigits(toDouble(finite)))
              : new BigDecimal(toDouble(finite));
      default -> Decimals.exact(finite.asDecimal128().getValue());
    };
  }

  /** A hash that is equal for numbers that {@link #compare} as equal. */
  public static int hash(BsonValue number) {
    return Double.hashCode(toDouble(number) + 0.0);
  }

  /**
   * A computed double as a BSON value; NaN always has the same bits, whatever the hardware gave.
   */
  public static BsonDouble bson(double value) {
    return new BsonDouble(Double.longBitsToDouble(Double.doubleToLongBits(value)));
  }

  public static BsonDecimal128 bson(Decimal128 value) {
    return new BsonDecimal128(value);
  }
}
