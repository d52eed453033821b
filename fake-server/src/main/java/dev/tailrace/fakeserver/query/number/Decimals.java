package dev.tailrace.fakeserver.query.number;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.bson.types.Decimal128;

/**
 * Arithmetic on {@link Decimal128} as IEEE 754-2008 defines it for the decimal128 format: 34
 * digits, exponents from −6176 to 6111, signed zeros, infinities and one NaN, and for each
 * operation a preferred exponent, so that {@code 1.0 + 1.00} is {@code 2.00}.
 *
 * <p>Results that need rounding are rounded to nearest, ties to even.
 */
public final class Decimals {

  public static final Decimal128 ZERO = Decimal128.POSITIVE_ZERO;

  /** The zero that underflow and division by infinity yield: the one of the smallest exponent. */
  public static final Decimal128 SMALLEST_ZERO = zero(Decimals.MIN_EXPONENT, false);

  static final int DIGITS = 34;
  static final int MIN_EXPONENT = -6176;
  static final int MAX_EXPONENT = 6111;

  /**
   * Digits that the server keeps of a double that becomes a decimal: all that a double is sure of.
   */
  private static final MathContext OF_DOUBLE = new MathContext(15, RoundingMode.HALF_EVEN);

  private static final BigInteger LARGEST_COEFFICIENT =
      BigInteger.TEN.pow(DIGITS).subtract(BigInteger.ONE);

  private Decimals() {}

  public static boolean isZero(Decimal128 d) {
    return d.isFinite() && exact(d).signum() == 0;
  }

  /** −1, 0 or 1; for NaN 0. */
  public static int signum(Decimal128 d) {
    if (d.isNaN()) {
      return 0;
    }
    return d.isInfinite() ? (d.isNegative() ? -1 : 1) : exact(d).signum();
  }

  /** The value of a finite decimal, with its exponent; both zeros give zero. */
  public static BigDecimal exact(Decimal128 finite) {
    long high = finite.getHigh();
    int combination = (int) (high >>> 61) & 3;
    if (combination == 3) {
      // A coefficient beyond 34 digits is not canonical and counts as zero.
      return BigDecimal.valueOf(0, -((int) (high >>> 47 & 0x3FFF) + MIN_EXPONENT));
    }
    int exponent = (int) (high >>> 49 & 0x3FFF) + MIN_EXPONENT;
    BigInteger coefficient =
        BigInteger.valueOf(high & 0x1FFFFFFFFFFFFL)
            .shiftLeft(64)
            .or(new BigInteger(Long.toUnsignedString(finite.getLow())));
    if (coefficient.compareTo(LARGEST_COEFFICIENT) > 0) {
      coefficient = BigInteger.ZERO;
    }
    return new BigDecimal(finite.isNegative() ? coefficient.negate() : coefficient, -exponent);
  }

  public static Decimal128 of(long value) {
    return new Decimal128(value);
  }

  /** A double as the server takes it into decimal arithmetic: rounded to 15 significant digits. */
  public static Decimal128 of(double value) {
    if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
      return ofAllDigits(value);
    }
    BigDecimal rounded = exact(ofAllDigits(value)).round(OF_DOUBLE);
    return rounded(
        rounded.setScale(rounded.scale() + OF_DOUBLE.getPrecision() - rounded.precision()));
  }

  /** A double, rounded only where it has more than 34 digits. */
  public static Decimal128 ofAllDigits(double value) {
    if (Double.isNaN(value)) {
      return Decimal128.NaN;
    }
    if (Double.isInfinite(value)) {
      return infinity(value < 0);
    }
    if (value == 0) {
      return zero(0, 1 / value < 0);
    }
    BigDecimal exact = new BigDecimal(value);
    return rounded(exact.scale() < 0 ? exact.setScale(0) : exact);
  }

  /** Rounds an exact result into the format; a zero is positive. */
  public static Decimal128 rounded(BigDecimal value) {
    return rounded(value, RoundingMode.HALF_EVEN);
  }

  private static Decimal128 rounded(BigDecimal value, RoundingMode mode) {
    boolean negative = value.signum() < 0;
    if (value.signum() == 0) {
      return zero(-(long) value.scale(), false);
    }
    BigDecimal fitted = value.round(new MathContext(DIGITS, mode));
    if (-(long) fitted.scale() < MIN_EXPONENT) {
      fitted = value.setScale(-MIN_EXPONENT, mode);
      if (fitted.signum() == 0) {
        return zero(MIN_EXPONENT, negative);
      }
    }
    if (-(long) fitted.scale() > MAX_EXPONENT) {
      if (fitted.precision() - (long) fitted.scale() - MAX_EXPONENT > DIGITS) {
        return infinity(negative);
      }
      fitted = fitted.setScale(-MAX_EXPONENT);
    }
    return new Decimal128(fitted);
  }

  public static Decimal128 add(Decimal128 a, Decimal128 b) {
    if (a.isNaN() || b.isNaN()) {
      return Decimal128.NaN;
    }
    if (a.isInfinite() || b.isInfinite()) {
      boolean opposite = a.isInfinite() && b.isInfinite() && a.isNegative() != b.isNegative();
      return opposite ? Decimal128.NaN : a.isInfinite() ? a : b;
    }
    BigDecimal sum = exact(a).add(exact(b));
    boolean bothNegative = a.isNegative() && b.isNegative();
    return sum.signum() == 0 ? zero(-(long) sum.scale(), bothNegative) : rounded(sum);
  }

  public static Decimal128 subtract(Decimal128 a, Decimal128 b) {
    return add(a, negate(b));
  }

  public static Decimal128 multiply(Decimal128 a, Decimal128 b) {
    boolean negative = a.isNegative() != b.isNegative();
    if (a.isNaN() || b.isNaN()) {
      return Decimal128.NaN;
    }
    if (a.isInfinite() || b.isInfinite()) {
      return isZero(a) || isZero(b) ? Decimal128.NaN : infinity(negative);
    }
    BigDecimal product = exact(a).multiply(exact(b));
    return product.signum() == 0 ? zero(-(long) product.scale(), negative) : rounded(product);
  }

  public static Decimal128 divide(Decimal128 a, Decimal128 b) {
    boolean negative = a.isNegative() != b.isNegative();
    if (a.isNaN() || b.isNaN() || (a.isInfinite() && b.isInfinite())) {
      return Decimal128.NaN;
    }
    if (a.isInfinite()) {
      return infinity(negative);
    }
    if (b.isInfinite()) {
      return zero(MIN_EXPONENT, negative);
    }
    BigDecimal numerator = exact(a);
    BigDecimal denominator = exact(b);
    if (denominator.signum() == 0) {
      return numerator.signum() == 0 ? Decimal128.NaN : infinity(negative);
    }
    if (numerator.signum() == 0) {
      return zero((long) denominator.scale() - numerator.scale(), negative);
    }
    return rounded(divided(numerator, denominator));
  }

  /**
   * A quotient with enough digits that one more rounding gives the correct result, also where the
   * exponent range forces that rounding to come early.
   */
  private static BigDecimal divided(BigDecimal numerator, BigDecimal denominator) {
    BigDecimal quotient = numerator.divide(denominator, MathContext.DECIMAL128);
    if (-(long) quotient.scale() >= MIN_EXPONENT) {
      return quotient;
    }
    BigDecimal cut = numerator.divide(denominator, new MathContext(3 * DIGITS, RoundingMode.DOWN));
    boolean exact = cut.multiply(denominator).compareTo(numerator) == 0;
    // A sticky last digit keeps a cut quotient from looking like a tie.
    return exact ? cut : cut.add(BigDecimal.valueOf(cut.signum(), cut.scale() + 1));
  }

  /** The remainder of truncated division; it has the sign of the dividend. */
  public static Decimal128 remainder(Decimal128 a, Decimal128 b) {
    if (a.isNaN() || b.isNaN() || a.isInfinite() || isZero(b)) {
      return Decimal128.NaN;
    }
    if (b.isInfinite()) {
      return a;
    }
    BigDecimal dividend = exact(a);
    BigDecimal divisor = exact(b);
    int scale = Math.max(dividend.scale(), divisor.scale());
    BigDecimal remainder = dividend.remainder(divisor);
    if (remainder.signum() == 0) {
      return zero(-(long) scale, a.isNegative());
    }
    return rounded(remainder.setScale(scale));
  }

  /** The value at the given exponent, or NaN if that takes more than 34 digits. */
  public static Decimal128 quantize(Decimal128 d, int exponent, RoundingMode mode) {
    if (!d.isFinite()) {
      return d;
    }
    BigDecimal value = exact(d);
    if (value.signum() != 0 && value.precision() - (long) value.scale() - exponent > DIGITS + 1L) {
      return Decimal128.NaN;
    }
    BigDecimal quantized = value.setScale(-exponent, mode);
    if (quantized.signum() == 0) {
      return zero(exponent, d.isNegative());
    }
    return quantized.precision() > DIGITS ? Decimal128.NaN : new Decimal128(quantized);
  }

  /** The same value with all its 34 digits, as far as the exponent allows. */
  public static Decimal128 normalized(Decimal128 d) {
    if (!d.isFinite()) {
      return d;
    }
    BigDecimal value = exact(d);
    if (value.signum() == 0) {
      return zero(MIN_EXPONENT, d.isNegative());
    }
    int scale = value.scale() + DIGITS - value.precision();
    return new Decimal128(value.setScale(Math.min(scale, -MIN_EXPONENT)));
  }

  public static Decimal128 squareRoot(Decimal128 d) {
    if (d.isNaN() || (d.isNegative() && !isZero(d))) {
      return Decimal128.NaN;
    }
    if (d.isInfinite()) {
      return d;
    }
    BigDecimal value = exact(d);
    if (value.signum() == 0) {
      return zero(Math.floorDiv(-value.scale(), 2), d.isNegative());
    }
    BigDecimal root = value.sqrt(MathContext.DECIMAL128);
    int preferred = -Math.floorDiv(-value.scale(), 2);
    boolean exact = root.multiply(root).compareTo(value) == 0;
    if (!exact) {
      return rounded(root.setScale(root.scale() + DIGITS - root.precision()));
    }
    BigDecimal stripped = root.stripTrailingZeros();
    return rounded(stripped.setScale(Math.max(stripped.scale(), preferred)));
  }

  public static Decimal128 negate(Decimal128 d) {
    return d.isNaN()
        ? d
        : Decimal128.fromIEEE754BIDEncoding(d.getHigh() ^ Long.MIN_VALUE, d.getLow());
  }

  public static Decimal128 abs(Decimal128 d) {
    return d.isNegative() ? negate(d) : d;
  }

  /** The nearest double; beyond the range of doubles an infinity or zero. */
  public static double toDouble(Decimal128 d) {
    if (d.isNaN()) {
      return Double.NaN;
    }
    if (d.isInfinite()) {
      return d.isNegative() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    double value = Double.parseDouble(exact(d).toString());
    return d.isNegative() ? -Math.abs(value) : value;
  }

  static Decimal128 infinity(boolean negative) {
    return negative ? Decimal128.NEGATIVE_INFINITY : Decimal128.POSITIVE_INFINITY;
  }

  private static Decimal128 zero(long exponent, boolean negative) {
    long clamped = Math.max(MIN_EXPONENT, Math.min(MAX_EXPONENT, exponent));
    long high = (clamped - MIN_EXPONENT) << 49;
    return Decimal128.fromIEEE754BIDEncoding(negative ? high | Long.MIN_VALUE : high, 0);
  }
}
