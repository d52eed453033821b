package dev.tailrace.fakeserver.query.number;

import java.math.BigDecimal;
import java.util.function.UnaryOperator;

/**
 * Elementary functions of doubles, correctly rounded, where the C library of the server is too in
 * all but the rarest cases, and Java's own is not; and as the C library does them where it follows
 * the same old recipe as Java's.
 *
 * <p>The caller has checked the domain.
 */
public final class DoubleFunctions {

  /** exp of anything larger overflows. */
  private static final double EXP_LIMIT = 800;

  private static final double RADIANS_PER_DEGREE = Math.PI / 180;
  private static final double DEGREES_PER_RADIAN = 180 / Math.PI;

  private DoubleFunctions() {}

  public static double toRadians(double degrees) {
    return degrees * RADIANS_PER_DEGREE;
  }

  public static double toDegrees(double radians) {
    return radians * DEGREES_PER_RADIAN;
  }

  public static double exp(double x) {
    return Math.abs(x) < EXP_LIMIT ? rounded(x, ElementaryFunctions::exp) : StrictMath.exp(x);
  }

  /** For positive arguments. */
  public static double ln(double x) {
    return isFinite(x) ? rounded(x, ElementaryFunctions::ln) : x;
  }

  public static double log10(double x) {
    return StrictMath.log10(x);
  }

  public static double power(double x, double y) {
    if (x == 1 || (x == -1 && Double.isInfinite(y))) {
      // Here C and Java disagree.
      return 1;
    }
    double estimate = StrictMath.pow(x, y);
    boolean ordinary = isFinite(x) && isFinite(y) && isFinite(estimate);
    if (!ordinary || x == 0 || y == 0 || Math.abs(estimate) < Double.MIN_NORMAL) {
      return estimate;
    }
    double power =
        ElementaryFunctions.power(new BigDecimal(Math.abs(x)), new BigDecimal(y)).doubleValue();
    return Math.copySign(power, estimate);
  }

  public static double sin(double x) {
    return x == 0 ? x : rounded(x, ElementaryFunctions::sin);
  }

  public static double cos(double x) {
    return rounded(x, ElementaryFunctions::cos);
  }

  public static double tan(double x) {
    return x == 0 ? x : rounded(x, ElementaryFunctions::tan);
  }

  public static double asin(double x) {
    return x == 0 ? x : rounded(x, ElementaryFunctions::asin);
  }

  public static double acos(double x) {
    return rounded(x, ElementaryFunctions::acos);
  }

  public static double atan(double x) {
    return x == 0 || !isFinite(x) ? StrictMath.atan(x) : rounded(x, ElementaryFunctions::atan);
  }

  public static double atan2(double y, double x) {
    if (!isFinite(y) || !isFinite(x) || y == 0 || x == 0) {
      return StrictMath.atan2(y, x);
    }
    return ElementaryFunctions.atan2(new BigDecimal(y), new BigDecimal(x)).doubleValue();
  }

  public static double sinh(double x) {
    return StrictMath.sinh(x);
  }

  public static double cosh(double x) {
    return StrictMath.cosh(x);
  }

  public static double tanh(double x) {
    return StrictMath.tanh(x);
  }

  public static double asinh(double x) {
    return x == 0 || !isFinite(x) ? x : rounded(x, ElementaryFunctions::asinh);
  }

  /** For arguments from 1. */
  public static double acosh(double x) {
    return x == 1 ? 0 : isFinite(x) ? rounded(x, ElementaryFunctions::acosh) : x;
  }

  /** For arguments from −1 to 1; at the ends an infinity. */
  public static double atanh(double x) {
    if (Math.abs(x) == 1) {
      return x / 0;
    }
    return x == 0 ? x : rounded(x, ElementaryFunctions::atanh);
  }

  private static double rounded(double x, UnaryOperator<BigDecimal> function) {
    return Double.isNaN(x) ? x : function.apply(new BigDecimal(x)).doubleValue();
  }

  private static boolean isFinite(double x) {
    return !Double.isNaN(x) && !Double.isInfinite(x);
  }
}
