package dev.tailrace.fakeserver.query.number;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Doubles as C prints them with {@code %g}, which is how the server's messages show them. */
public final class NumberText {

  private NumberText() {}

  /**
   * The double with so many significant digits, trailing zeros cut, in scientific notation where
   * the exponent is below −4 or not below the number of digits.
   */
  public static String general(double value, int digits) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value < 0 ? "-inf" : "inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < digits) {
      return rounded.stripTrailingZeros().toPlainString();
    }
    String mantissa = rounded.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    String sign = exponent < 0 ? "-" : "+";
    int size = Math.abs(exponent);
    return mantissa + "e" + sign + (size < 10 ? "0" + size : String.valueOf(size));
  }

  /** As the server's streams print a double: six significant digits. */
  public static String brief(double value) {
    return general(value, 6);
  }

  /**
   * As the server prints a double of a document: 16 digits, and always recognisable as a double.
   */
  public static String full(double value) {
    String text = general(value, 16);
    boolean plain = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    return plain ? text + ".0" : text;
  }
}
