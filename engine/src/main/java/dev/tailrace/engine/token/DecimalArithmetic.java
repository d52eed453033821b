package dev.tailrace.engine.token;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.bson.types.Decimal128;

/** The roundings with which a Decimal128 is split into a double and the rest, and put together. */
final class DecimalArithmetic {

  /** The significant digits of a Decimal128. */
  static final int DIGITS = 34;

  /** What is added to the exponent of a Decimal128 where it is stored. */
  static final int EXPONENT_BIAS = 6176;

  /** How many exponents there are: stored, they run from 0 up. */
  static final int BIASED_EXPONENTS = 12_288;

  private static final MathContext FLOOR = new MathContext(DIGITS, RoundingMode.FLOOR);
  private static final MathContext CEILING = new MathContext(DIGITS, RoundingMode.CEILING);
  private static final MathContext CEILING_15 = new MathContext(15, RoundingMode.CEILING);

  /** 2^256 and 2^-256 to 34 digits, rounded down: both sides must be off by the same amount. */
  private static final BigDecimal SCALE_UP =
      floor(new BigDecimal(Math.scalb(1.0, NumberWriter.TINY_SHIFT)));

  private static final BigDecimal SCALE_DOWN =
      floor(new BigDecimal(Math.scalb(1.0, -NumberWriter.TINY_SHIFT)));

  private static final BigInteger COEFFICIENT_LIMIT = BigInteger.TEN.pow(DIGITS);

  private DecimalArithmetic() {}

  /** The largest finite double that is not above {@code magnitude}, which is positive. */
  static double floorToDouble(BigDecimal magnitude) {
    double nearest = Math.min(magnitude.doubleValue(), Double.MAX_VALUE);
    return new BigDecimal(nearest).compareTo(magnitude) > 0 ? Math.nextDown(nearest) : nearest;
  }

  /** Rounded up to 15 significant digits. */
  static BigDecimal ceiling15(double magnitude) {
    return new BigDecimal(magnitude).round(CEILING_15);
  }

  /** Rounded up to 34 significant digits. */
  static BigDecimal ceiling(double magnitude) {
    return new BigDecimal(magnitude).round(CEILING);
  }

  private static BigDecimal floor(BigDecimal magnitude) {
    return magnitude.round(FLOOR);
  }

  /** Scaled by 2^256, rounded down at each step. */
  static double scaleUp(BigDecimal magnitude) {
    return floorToDouble(floor(magnitude.multiply(SCALE_UP)));
  }

  /** Scaled by 2^-256, rounded down at each step. */
  static BigDecimal scaleDown(double magnitude) {
    return floor(floor(new BigDecimal(magnitude)).multiply(SCALE_DOWN));
  }

  /** The scale at which a number has 34 digits, or as many as the lowest exponent leaves it. */
  static int lastPlaceScale(BigDecimal magnitude) {
    return Math.min(magnitude.scale() - magnitude.precision() + DIGITS, EXPONENT_BIAS);
  }

  /** Whether the two highest bits below the sign are set: an infinity, a NaN or a kind of zero. */
  private static boolean hasLongForm(long high) {
    return ((high >>> 61) & 3) == 3;
  }

  /** The stored exponent of a finite number. */
  static int biasedExponent(Decimal128 finite) {
    long high = finite.getHigh();
    return (int) (high >>> (hasLongForm(high) ? 47 : 49)) & 0x3FFF;
  }

  /**
   * The coefficient of a finite number. One that is too large for 34 digits stands for zero (IEEE
   * 754-2019, 3.5.2).
   */
  static BigInteger coefficient(Decimal128 finite) {
    if (hasLongForm(finite.getHigh())) {
      return BigInteger.ZERO;
    }
    BigInteger coefficient =
        unsigned(finite.getHigh() & ((1L << 49) - 1)).shiftLeft(64).or(unsigned(finite.getLow()));
    return coefficient.compareTo(COEFFICIENT_LIMIT) < 0 ? coefficient : BigInteger.ZERO;
  }

  static BigInteger unsigned(long bits) {
    BigInteger low = BigInteger.valueOf(bits & Long.MAX_VALUE);
    return bits < 0 ? low.setBit(63) : low;
  }
}
