package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.query.number.Decimals;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonDecimal128;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.Decimal128;

/** Strings as numbers, strictly: nothing before or after the number. */
final class NumberReader {

  /** The string is no number of that type; the message says why, in the server's words. */
  static final class NotANumber extends Exception {
    private static final long serialVersionUID = 1L;

    NotANumber(String message) {
      super(message, null, false, false);
    }
  }

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE]([+-]?[0-9]+))?");
  private static final Pattern DECIMAL_PREFIX =
      Pattern.compile(
          "[+-]?(?:(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf(?:inity)?|nan)",
          Pattern.CASE_INSENSITIVE);

  /** Longest exponent that is taken literally; longer ones are out of every range. */
  private static final int MAX_EXPONENT_DIGITS = 9;

  private NumberReader() {}

  static BsonValue read(String text, BsonType type) throws NotANumber {
    return switch (type) {
      case INT32 -> new BsonInt32((int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> new BsonInt64(whole(text, Long.MIN_VALUE, Long.MAX_VALUE));
      case DOUBLE -> new BsonDouble(real(text));
      default -> new BsonDecimal128(decimal(text));
    };
  }

  private static long whole(String text, long least, long most) throws NotANumber {
    if (text.isEmpty()) {
      throw new NotANumber("Empty string");
    }
    boolean signed = text.charAt(0) == '-' || text.charAt(0) == '+';
    String digits = signed ? text.substring(1) : text;
    if (digits.isEmpty()) {
      throw new NotANumber("No digits");
    }
    int end = 0;
    while (end < digits.length() && digits.charAt(end) >= '0' && digits.charAt(end) <= '9') {
      end++;
    }
    if (end < digits.length()) {
      throw new NotANumber("Did not consume whole string.");
    }
    BigInteger value = new BigInteger(digits);
    value = text.charAt(0) == '-' ? value.negate() : value;
    boolean fits =
        value.compareTo(BigInteger.valueOf(least)) >= 0
            && value.compareTo(BigInteger.valueOf(most)) <= 0;
    if (!fits) {
      throw new NotANumber("Overflow");
    }
    return value.longValueExact();
  }

  private static double real(String text) throws NotANumber {
    if (text.isEmpty()) {
      throw new NotANumber("Empty string");
    }
    if (Character.isWhitespace(text.charAt(0))) {
      throw new NotANumber("Leading whitespace");
    }
    Matcher number = DECIMAL_PREFIX.matcher(text);
    if (!number.lookingAt()) {
      throw new NotANumber("Did not consume any digits");
    }
    if (number.end() != text.length()) {
      throw new NotANumber("Did not consume whole string.");
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("inf")) {
      return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (lower.contains("nan")) {
      return Double.NaN;
    }
    double value = Double.parseDouble(text);
    boolean hasDigits = text.chars().takeWhile(c -> c != 'e' && c != 'E').anyMatch(c -> c > '0');
    if (Double.isInfinite(value) || (value == 0 && hasDigits)) {
      throw new NotANumber("Out of range");
    }
    return value;
  }

  private static Decimal128 decimal(String text) throws NotANumber {
    if (text.isEmpty()) {
      throw new NotANumber("Empty string");
    }
    String lower = text.toLowerCase(Locale.ROOT);
    String unsigned = lower.startsWith("-") || lower.startsWith("+") ? lower.substring(1) : lower;
    if (unsigned.equals("inf") || unsigned.equals("infinity")) {
      return lower.startsWith("-") ? Decimal128.NEGATIVE_INFINITY : Decimal128.POSITIVE_INFINITY;
    }
    if (unsigned.equals("nan")) {
      return Decimal128.NaN;
    }
    Matcher number = DECIMAL.matcher(text);
    if (!number.matches()) {
      throw new NotANumber("Failed to parse string to decimal");
    }
    String exponent = number.group(1);
    if (exponent != null && exponent.length() > MAX_EXPONENT_DIGITS) {
      throw new NotANumber("Conversion from string to decimal would overflow");
    }
    BigDecimal exact = new BigDecimal(text);
    Decimal128 value = Decimals.rounded(exact);
    if (value.isInfinite()) {
      throw new NotANumber("Conversion from string to decimal would overflow");
    }
    if (exact.signum() != 0 && Decimals.isZero(value)) {
      throw new NotANumber("Conversion from string to decimal would underflow");
    }
    boolean negativeZero = exact.signum() == 0 && lower.startsWith("-");
    return negativeZero ? Decimals.negate(value) : value;
  }
}
