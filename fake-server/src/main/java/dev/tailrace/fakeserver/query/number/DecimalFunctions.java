package dev.tailrace.fakeserver.query.number;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.UnaryOperator;
import org.bson.types.Decimal128;

/**
 * Elementary functions of decimals. The caller has checked the domain; NaN gives NaN.
 *
 * <p>The server's decimal library computes most of these in binary floating point of 113 bits, and
 * the rounding to 113 bits shows in the last digit; it is repeated here. Only sine, cosine and
 * tangent come out correctly rounded.
 */
public final class DecimalFunctions {

  /** Bits of the binary format in which the server's library works. */
  private static final int BINARY_DIGITS = 113;

  /** Arguments of exp beyond this overflow or underflow every decimal. */
  private static final BigDecimal EXP_LIMIT = BigDecimal.valueOf(14_300);

  private static final BigDecimal HYPERBOLIC_LIMIT = EXP_LIMIT;

  private static final Decimal128 PI = Decimals.rounded(ElementaryFunctions.pi(60));
  private static final Decimal128 DEGREES_180 = Decimals.of(180);
  private static final Decimal128 RADIANS_PER_DEGREE = Decimals.divide(PI, DEGREES_180);
  private static final Decimal128 DEGREES_PER_RADIAN = Decimals.divide(DEGREES_180, PI);

  private DecimalFunctions() {}

  public static Decimal128 toRadians(Decimal128 degrees) {
    return Decimals.multiply(degrees, RADIANS_PER_DEGREE);
  }

  public static Decimal128 toDegrees(Decimal128 radians) {
    return Decimals.multiply(radians, DEGREES_PER_RADIAN);
  }

  public static Decimal128 exp(Decimal128 x) {
    if (x.isNaN()) {
      return x;
    }
    if (x.isInfinite()) {
      return x.isNegative() ? Decimals.ZERO : x;
    }
    BigDecimal exact = Decimals.exact(x);
    if (exact.signum() == 0) {
      return Decimals.of(1);
    }
    if (exact.abs().compareTo(EXP_LIMIT) > 0) {
      return exact.signum() < 0 ? Decimals.SMALLEST_ZERO : Decimal128.POSITIVE_INFINITY;
    }
    return fromBinary(ElementaryFunctions.exp(exact));
  }

  /** For positive arguments. */
  public static Decimal128 ln(Decimal128 x) {
    return logarithm(x, ElementaryFunctions::ln);
  }

  /** For positive arguments. */
  public static Decimal128 log10(Decimal128 x) {
    return logarithm(x, ElementaryFunctions::log10);
  }

  /**
   * The logarithm to a base as the server computes it: right for 2 and 10; for other bases the
   * natural logarithm divided by the base itself (a mistake of the server's that is part of what it
   * answers).
   */
  public static Decimal128 log(Decimal128 x, Decimal128 base) {
    if (base.isFinite() && Decimals.exact(base).compareTo(BigDecimal.valueOf(2)) == 0) {
      return logarithm(x, ElementaryFunctions::log2);
    }
    if (base.isFinite() && Decimals.exact(base).compareTo(BigDecimal.TEN) == 0) {
      return log10(x);
    }
    return Decimals.divide(ln(x), base);
  }

  private static Decimal128 logarithm(Decimal128 x, UnaryOperator<BigDecimal> function) {
    if (!x.isFinite()) {
      return x;
    }
    BigDecimal exact = Decimals.exact(x);
    return exact.compareTo(BigDecimal.ONE) == 0 ? Decimals.ZERO : fromBinary(function.apply(exact));
  }

  /** x to the y, with all digits. */
  public static Decimal128 power(Decimal128 x, Decimal128 y) {
    return Decimals.normalized(rawPower(x, y));
  }

  private static Decimal128 rawPower(Decimal128 x, Decimal128 y) {
    boolean yIsZero = Decimals.isZero(y);
    boolean xIsOne = x.isFinite() && Decimals.exact(x).compareTo(BigDecimal.ONE) == 0;
    if (yIsZero || xIsOne) {
      return Decimals.of(1);
    }
    if (x.isNaN() || y.isNaN()) {
      return Decimal128.NaN;
    }
    boolean yIsWhole = y.isFinite() && isWhole(Decimals.exact(y));
    boolean negative = x.isNegative() && yIsWhole && isOdd(Decimals.exact(y));
    if (y.isInfinite() || x.isInfinite() || Decimals.isZero(x)) {
      return limitPower(x, y, negative);
    }
    if (x.isNegative() && !yIsWhole) {
      return Decimal128.NaN;
    }
    BigDecimal base = Decimals.exact(x).abs();
    BigDecimal exponent = Decimals.exact(y);
    BigDecimal size = ElementaryFunctions.ln(base).multiply(exponent);
    Decimal128 power;
    if (size.abs().compareTo(EXP_LIMIT) > 0) {
      power = size.signum() > 0 ? Decimal128.POSITIVE_INFINITY : Decimals.SMALLEST_ZERO;
    } else {
      power = fromBinary(ElementaryFunctions.power(base, exponent));
    }
    return negative ? Decimals.negate(power) : power;
  }

  /** Powers with an infinity or a zero in them. */
  private static Decimal128 limitPower(Decimal128 x, Decimal128 y, boolean negative) {
    boolean grows;
    if (y.isInfinite()) {
      int size = x.isInfinite() ? 1 : Decimals.exact(x).abs().compareTo(BigDecimal.ONE);
      if (size == 0) {
        return Decimals.of(1);
      }
      grows = size > 0 != y.isNegative();
    } else {
      grows = x.isInfinite() != y.isNegative();
    }
    Decimal128 limit = grows ? Decimal128.POSITIVE_INFINITY : Decimals.ZERO;
    return negative ? Decimals.negate(limit) : limit;
  }

  private static boolean isWhole(BigDecimal value) {
    return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
  }

  private static boolean isOdd(BigDecimal whole) {
    return whole.stripTrailingZeros().scale() == 0 && whole.toBigInteger().testBit(0);
  }

  /** For finite arguments, as {@link #cos} and {@link #tan}; not a number gives NaN. */
  public static Decimal128 sin(Decimal128 x) {
    return trigonometric(x, ElementaryFunctions::sin);
  }

  public static Decimal128 cos(Decimal128 x) {
    return trigonometric(x, ElementaryFunctions::cos);
  }

  public static Decimal128 tan(Decimal128 x) {
    return trigonometric(x, ElementaryFunctions::tan);
  }

  private static Decimal128 trigonometric(Decimal128 x, UnaryOperator<BigDecimal> function) {
    return x.isFinite() ? Decimals.rounded(function.apply(Decimals.exact(x))) : Decimal128.NaN;
  }

  /** For arguments from −1 to 1. */
  public static Decimal128 asin(Decimal128 x) {
    return x.isNaN() ? x : fromBinary(ElementaryFunctions.asin(Decimals.exact(x)));
  }

  /** For arguments from −1 to 1. */
  public static Decimal128 acos(Decimal128 x) {
    return x.isNaN() ? x : fromBinary(ElementaryFunctions.acos(Decimals.exact(x)));
  }

  public static Decimal128 atan(Decimal128 x) {
    return atan2(x, Decimals.of(1));
  }

  public static Decimal128 atan2(Decimal128 y, Decimal128 x) {
    if (y.isNaN() || x.isNaN()) {
      return Decimal128.NaN;
    }
    // Infinities count as 1 beside finite numbers, which count as 0 beside infinities.
    boolean infinite = y.isInfinite() || x.isInfinite();
    BigDecimal opposite = infinite ? unitIfInfinite(y) : Decimals.exact(y);
    BigDecimal adjacent = infinite ? unitIfInfinite(x) : Decimals.exact(x);
    if (opposite.signum() != 0) {
      return fromBinary(ElementaryFunctions.atan2(opposite, adjacent));
    }
    Decimal128 angle =
        x.isNegative() ? fromBinary(ElementaryFunctions.pi(60)) : Decimals.SMALLEST_ZERO;
    return y.isNegative() ? Decimals.negate(angle) : angle;
  }

  private static BigDecimal unitIfInfinite(Decimal128 d) {
    return d.isInfinite() ? BigDecimal.valueOf(d.isNegative() ? -1 : 1) : BigDecimal.ZERO;
  }

  public static Decimal128 sinh(Decimal128 x) {
    return hyperbolic(x, ElementaryFunctions::sinh, x);
  }

  public static Decimal128 cosh(Decimal128 x) {
    return hyperbolic(x, ElementaryFunctions::cosh, Decimal128.POSITIVE_INFINITY);
  }

  public static Decimal128 tanh(Decimal128 x) {
    return hyperbolic(x, ElementaryFunctions::tanh, Decimals.of(x.isNegative() ? -1 : 1));
  }

  private static Decimal128 hyperbolic(
      Decimal128 x, UnaryOperator<BigDecimal> function, Decimal128 limit) {
    if (x.isNaN()) {
      return x;
    }
    if (x.isInfinite()) {
      return limit;
    }
    BigDecimal exact = Decimals.exact(x);
    if (exact.abs().compareTo(HYPERBOLIC_LIMIT) > 0) {
      return limit.isInfinite() || !limit.equals(x) ? limit : Decimals.infinity(x.isNegative());
    }
    return fromBinary(function.apply(exact));
  }

  public static Decimal128 asinh(Decimal128 x) {
    return x.isFinite() ? fromBinary(ElementaryFunctions.asinh(Decimals.exact(x))) : x;
  }

  /** For arguments from 1. */
  public static Decimal128 acosh(Decimal128 x) {
    return x.isFinite() ? fromBinary(ElementaryFunctions.acosh(Decimals.exact(x))) : x;
  }

  /** For arguments from −1 to 1; at the ends an infinity. */
  public static Decimal128 atanh(Decimal128 x) {
    if (x.isNaN()) {
      return x;
    }
    BigDecimal exact = Decimals.exact(x);
    return exact.abs().compareTo(BigDecimal.ONE) == 0
        ? Decimals.infinity(x.isNegative())
        : fromBinary(ElementaryFunctions.atanh(exact));
  }

  /** The decimal nearest to the nearest binary number of 113 bits, with all its 34 digits. */
  private static Decimal128 fromBinary(BigDecimal exact) {
    return exact.signum() == 0
        ? Decimals.SMALLEST_ZERO
        : Decimals.normalized(Decimals.rounded(binary(exact)));
  }

  private static BigDecimal binary(BigDecimal exact) {
    // The binary exponent, from the decimal one: 3.3219... bits a digit; one off does not matter.
    int decimalExponent = exact.precision() - exact.scale();
    int shift = BINARY_DIGITS + 3 - (int) Math.floor(decimalExponent * 3.321928094887362);
    BigDecimal unit = ElementaryFunctions.powerOfTwo(Math.abs(shift));
    MathContext work = new MathContext(120, RoundingMode.HALF_EVEN);
    BigDecimal scaled = shift >= 0 ? exact.multiply(unit) : exact.divide(unit, work);
    int excess = scaled.toBigInteger().bitLength() - BINARY_DIGITS;
    BigDecimal step = new BigDecimal(BigInteger.TWO.pow(Math.max(0, excess)));
    BigDecimal mantissa =
        scaled.divide(step, work).setScale(0, RoundingMode.HALF_EVEN).multiply(step);
    return shift >= 0 ? mantissa.divide(unit, work) : mantissa.multiply(unit);
  }
}
