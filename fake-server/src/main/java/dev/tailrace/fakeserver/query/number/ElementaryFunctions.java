package dev.tailrace.fakeserver.query.number;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Elementary functions of exact arguments, to some 60 significant digits: enough that rounding once
 * more, to a double or a decimal, almost always gives the correctly rounded result.
 *
 * <p>All by reduction of the argument and a power series. Arguments far below 1 return the first
 * terms of the series, as nothing else is left of them.
 */
final class ElementaryFunctions {

  /** Digits of every result. */
  static final int DIGITS = 60;

  private static final MathContext RESULT = new MathContext(DIGITS, RoundingMode.HALF_EVEN);

  /** Digits to calculate with: some spare ones for what the reductions lose. */
  private static final MathContext WORK = new MathContext(DIGITS + 30, RoundingMode.HALF_EVEN);

  /** Below 10^this, x and its sine, tangent and so on agree in all digits of a result. */
  private static final int TINY = -DIGITS / 2;

  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final BigDecimal HALF = new BigDecimal("0.5");
  private static final BigDecimal LN_2 = lnByRatio(TWO);
  private static final BigDecimal LN_10 = lnByRatio(BigDecimal.TEN);

  private ElementaryFunctions() {}

  /** π to that many digits, by Machin's formula. */
  static BigDecimal pi(int digits) {
    BigInteger unit = BigInteger.TEN.pow(digits + 10);
    BigInteger pi =
        arcCotangent(5, unit)
            .multiply(BigInteger.valueOf(16))
            .subtract(arcCotangent(239, unit).multiply(BigInteger.valueOf(4)));
    return new BigDecimal(pi, digits + 10);
  }

  private static BigInteger arcCotangent(int x, BigInteger unit) {
    BigInteger square = BigInteger.valueOf((long) x * x);
    BigInteger power = unit.divide(BigInteger.valueOf(x));
    BigInteger sum = power;
    for (int n = 3; power.signum() != 0; n += 2) {
      power = power.divide(square);
      BigInteger term = power.divide(BigInteger.valueOf(n));
      sum = n % 4 == 1 ? sum.add(term) : sum.subtract(term);
    }
    return sum;
  }

  /** e to the x; |x| must be below some 10^5. */
  static BigDecimal exp(BigDecimal x) {
    // e^x = 2^k * (e^(r / 2^16))^(2^16), with |r| below ln 2.
    BigInteger k = x.divide(LN_2, WORK).toBigInteger();
    BigDecimal r = x.subtract(LN_2.multiply(new BigDecimal(k)), new MathContext(2 * DIGITS));
    BigDecimal power = expSeries(r.divide(BigDecimal.valueOf(1 << 16), WORK));
    for (int i = 0; i < 16; i++) {
      power = power.multiply(power, WORK);
    }
    return power.multiply(powerOfTwo(k.intValueExact()), WORK).round(RESULT);
  }

  private static BigDecimal expSeries(BigDecimal x) {
    BigDecimal sum = BigDecimal.ONE;
    BigDecimal term = BigDecimal.ONE;
    for (int n = 1; isSignificant(term, sum); n++) {
      term = term.multiply(x, WORK).divide(BigDecimal.valueOf(n), WORK);
      sum = sum.add(term, WORK);
    }
    return sum;
  }

  static BigDecimal powerOfTwo(int exponent) {
    BigDecimal power = new BigDecimal(BigInteger.TWO.pow(Math.abs(exponent)));
    return exponent >= 0 ? power : BigDecimal.ONE.divide(power, WORK);
  }

  /** The natural logarithm of a positive number. */
  static BigDecimal ln(BigDecimal x) {
    return lnUnrounded(x).round(RESULT);
  }

  private static BigDecimal lnUnrounded(BigDecimal x) {
    // x = m * 10^d * 2^h with m near 1; close to 1 nothing is split off, so nothing cancels.
    int d = x.precision() - x.scale() - 1;
    BigDecimal m = x.movePointLeft(d);
    if (d == -1 && m.compareTo(new BigDecimal("9")) > 0) {
      m = x;
      d = 0;
    }
    int h = 0;
    while (m.compareTo(new BigDecimal("1.5")) > 0) {
      m = m.multiply(HALF);
      h++;
    }
    BigDecimal scaled =
        LN_10.multiply(BigDecimal.valueOf(d)).add(LN_2.multiply(BigDecimal.valueOf(h)));
    return scaled.add(lnByRatio(m), WORK);
  }

  /** ln x = 2 artanh((x − 1) / (x + 1)); converges fast for x near 1. */
  private static BigDecimal lnByRatio(BigDecimal x) {
    BigDecimal ratio = x.subtract(BigDecimal.ONE).divide(x.add(BigDecimal.ONE), WORK);
    return artanhSeries(ratio).multiply(BigDecimal.valueOf(2));
  }

  private static BigDecimal artanhSeries(BigDecimal z) {
    BigDecimal square = z.multiply(z, WORK);
    BigDecimal power = z;
    BigDecimal sum = z;
    for (int n = 3; isSignificant(power, sum); n += 2) {
      power = power.multiply(square, WORK);
      sum = sum.add(power.divide(BigDecimal.valueOf(n), WORK), WORK);
    }
    return sum;
  }

  static BigDecimal log10(BigDecimal x) {
    return lnUnrounded(x).divide(LN_10, RESULT);
  }

  static BigDecimal log2(BigDecimal x) {
    return lnUnrounded(x).divide(LN_2, RESULT);
  }

  /** x to the y, for positive x; the result must stay below e^(10^5). */
  static BigDecimal power(BigDecimal x, BigDecimal y) {
    return exp(lnUnrounded(x).multiply(y, WORK));
  }

  static BigDecimal sin(BigDecimal x) {
    return isTiny(x) ? x : sinCos(x, 0);
  }

  static BigDecimal cos(BigDecimal x) {
    return isTiny(x) ? BigDecimal.ONE : sinCos(x, 1);
  }

  static BigDecimal tan(BigDecimal x) {
    return isTiny(x) ? x : sinCos(x, 0).divide(sinCos(x, 1), RESULT);
  }

  /** The sine of x plus so many right angles. */
  private static BigDecimal sinCos(BigDecimal x, int rightAngles) {
    int wholeDigits = Math.max(0, x.precision() - x.scale());
    MathContext work = new MathContext(wholeDigits + 2 * DIGITS, RoundingMode.HALF_EVEN);
    BigDecimal quarter = pi(work.getPrecision()).divide(TWO, work);
    BigInteger turns = x.divide(quarter, work).setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
    BigDecimal rest = x.subtract(quarter.multiply(new BigDecimal(turns)), work).round(WORK);
    int quadrant = turns.add(BigInteger.valueOf(rightAngles)).mod(BigInteger.valueOf(4)).intValue();
    BigDecimal value = quadrant % 2 == 0 ? sinSeries(rest) : cosSeries(rest);
    return (quadrant < 2 ? value : value.negate()).round(RESULT);
  }

  private static BigDecimal sinSeries(BigDecimal x) {
    return alternatingSeries(x, x, 1);
  }

  private static BigDecimal cosSeries(BigDecimal x) {
    return alternatingSeries(BigDecimal.ONE, x, 0);
  }

  private static BigDecimal alternatingSeries(BigDecimal first, BigDecimal x, int degree) {
    BigDecimal square = x.multiply(x, WORK);
    BigDecimal term = first;
    BigDecimal sum = first;
    for (int n = degree + 1; isSignificant(term, sum); n += 2) {
      term =
          term.multiply(square, WORK).divide(BigDecimal.valueOf((long) n * (n + 1)), WORK).negate();
      sum = sum.add(term, WORK);
    }
    return sum;
  }

  static BigDecimal atan(BigDecimal x) {
    if (isTiny(x)) {
      return x;
    }
    // atan x = 2 atan(x / (1 + sqrt(1 + x^2))), until the argument is small.
    BigDecimal reduced = x;
    int doublings = 0;
    while (reduced.abs().compareTo(new BigDecimal("0.05")) > 0) {
      BigDecimal root = reduced.multiply(reduced, WORK).add(BigDecimal.ONE).sqrt(WORK);
      reduced = reduced.divide(root.add(BigDecimal.ONE), WORK);
      doublings++;
    }
    BigDecimal square = reduced.multiply(reduced, WORK).negate();
    BigDecimal power = reduced;
    BigDecimal sum = reduced;
    for (int n = 3; isSignificant(power, sum); n += 2) {
      power = power.multiply(square, WORK);
      sum = sum.add(power.divide(BigDecimal.valueOf(n), WORK), WORK);
    }
    return sum.multiply(BigDecimal.valueOf(1L << doublings)).round(RESULT);
  }

  /** The angle of the point (x, y), neither zero at once, in (−π, π]. */
  static BigDecimal atan2(BigDecimal y, BigDecimal x) {
    BigDecimal pi = pi(2 * DIGITS);
    if (x.signum() == 0) {
      return pi.divide(TWO, RESULT).multiply(BigDecimal.valueOf(y.signum()));
    }
    BigDecimal angle = atan(y.divide(x, WORK));
    if (x.signum() > 0) {
      return angle;
    }
    return (y.signum() < 0 ? angle.subtract(pi) : angle.add(pi)).round(RESULT);
  }

  /** For |x| at most 1. */
  static BigDecimal asin(BigDecimal x) {
    if (isTiny(x)) {
      return x;
    }
    BigDecimal adjacent = oneMinusSquare(x).sqrt(WORK);
    return atan2(x, adjacent);
  }

  /** For |x| at most 1. */
  static BigDecimal acos(BigDecimal x) {
    BigDecimal opposite = oneMinusSquare(x).sqrt(WORK);
    return opposite.signum() == 0 && x.signum() > 0 ? BigDecimal.ZERO : atan2(opposite, x);
  }

  private static BigDecimal oneMinusSquare(BigDecimal x) {
    return BigDecimal.ONE.subtract(x.multiply(x));
  }

  static BigDecimal sinh(BigDecimal x) {
    if (isTiny(x)) {
      return x;
    }
    if (x.abs().compareTo(HALF) < 0) {
      return hyperbolicSeries(x).round(RESULT);
    }
    BigDecimal up = exp(x);
    return up.subtract(BigDecimal.ONE.divide(up, WORK)).divide(TWO, RESULT);
  }

  private static BigDecimal hyperbolicSeries(BigDecimal x) {
    BigDecimal square = x.multiply(x, WORK);
    BigDecimal term = x;
    BigDecimal sum = x;
    for (int n = 2; isSignificant(term, sum); n += 2) {
      term = term.multiply(square, WORK).divide(BigDecimal.valueOf((long) n * (n + 1)), WORK);
      sum = sum.add(term, WORK);
    }
    return sum;
  }

  static BigDecimal cosh(BigDecimal x) {
    BigDecimal up = exp(x);
    return up.add(BigDecimal.ONE.divide(up, WORK)).divide(TWO, RESULT);
  }

  static BigDecimal tanh(BigDecimal x) {
    return isTiny(x) ? x : sinh(x).divide(cosh(x), RESULT);
  }

  static BigDecimal asinh(BigDecimal x) {
    if (isTiny(x)) {
      return x;
    }
    BigDecimal size = x.abs();
    BigDecimal root = size.multiply(size).add(BigDecimal.ONE).sqrt(wide(size));
    BigDecimal angle = ln(size.add(root));
    return x.signum() < 0 ? angle.negate() : angle;
  }

  /** For x at least 1. */
  static BigDecimal acosh(BigDecimal x) {
    BigDecimal root = x.multiply(x).subtract(BigDecimal.ONE).sqrt(wide(x));
    return ln(x.add(root));
  }

  /** Digits that a root keeps beside a small argument whose logarithm near 1 would cancel. */
  private static MathContext wide(BigDecimal x) {
    return new MathContext(
        2 * DIGITS + Math.min(DIGITS, Math.abs(x.scale())), RoundingMode.HALF_EVEN);
  }

  /** For |x| below 1. */
  static BigDecimal atanh(BigDecimal x) {
    if (isTiny(x)) {
      return x;
    }
    if (x.abs().compareTo(new BigDecimal("0.1")) < 0) {
      return artanhSeries(x).round(RESULT);
    }
    BigDecimal ratio = BigDecimal.ONE.add(x).divide(BigDecimal.ONE.subtract(x), WORK);
    return lnUnrounded(ratio).divide(TWO, RESULT);
  }

  private static boolean isTiny(BigDecimal x) {
    return x.signum() == 0 || x.precision() - x.scale() < TINY;
  }

  private static boolean isSignificant(BigDecimal term, BigDecimal sum) {
    if (term.signum() == 0) {
      return false;
    }
    int termSize = term.precision() - term.scale();
    int sumSize = sum.precision() - sum.scale();
    return termSize > sumSize - WORK.getPrecision();
  }
}
