package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.Utf8;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.Locale;
import org.bson.BsonArray;
import org.bson.BsonDecimal128;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Operators on strings that take a list of operands; compare {@link TextOperators}. */
final class StringOperators {

  private static final long MAX_TEXT = 64L * 1024 * 1024;

  private StringOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.add(OperatorTable.variadic("$concat", StringOperators::concat).associative());
    table.ranged("$indexOfBytes", 2, 4, StringOperators::indexOfBytes);
    table.ranged("$indexOfCP", 2, 4, StringOperators::indexOfCodePoints);
    table.fixed("$split", 2, StringOperators::split);
    table.fixed("$strcasecmp", 2, StringOperators::compareIgnoringCase);
    table.fixed("$strLenBytes", 1, StringOperators::lengthInBytes);
    table.fixed("$strLenCP", 1, StringOperators::lengthInCodePoints);
    table.fixed("$substr", 3, StringOperators::substringOfBytes);
    table.fixed("$substrBytes", 3, StringOperators::substringOfBytes);
    table.fixed("$substrCP", 3, StringOperators::substringOfCodePoints);
    table.fixed("$toLower", 1, operands -> text(toLower(Coercions.toText(operands.get(0)))));
    table.fixed("$toUpper", 1, operands -> text(toUpper(Coercions.toText(operands.get(0)))));
  }

  private static BsonString text(String value) {
    return new BsonString(value);
  }

  /** Only ASCII letters have a case for the server. */
  private static String toLower(String value) {
    return isAscii(value) ? value.toLowerCase(Locale.ROOT) : mapped(value, 'A', 'Z', 'a' - 'A');
  }

  private static String toUpper(String value) {
    return isAscii(value) ? value.toUpperCase(Locale.ROOT) : mapped(value, 'a', 'z', 'A' - 'a');
  }

  private static boolean isAscii(String value) {
    return value.chars().allMatch(c -> c < 0x80);
  }

  private static String mapped(String value, char from, char to, int shift) {
    StringBuilder result = new StringBuilder(value);
    for (int i = 0; i < result.length(); i++) {
      char c = result.charAt(i);
      if (c >= from && c <= to) {
        result.setCharAt(i, (char) (c + shift));
      }
    }
    return result.toString();
  }

  private static BsonValue concat(Operands operands) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < operands.size(); i++) {
      BsonValue value = operands.get(i);
      if (BsonTypes.isNullish(value)) {
        return BsonNull.VALUE;
      }
      String string = string(value, 16_702, "$concat only supports strings, not ");
      requireFits(all.length() + (long) string.length());
      all.append(string);
    }
    return text(all.toString());
  }

  /** Refuses a text longer than the server's buffers. */
  static void requireFits(long length) {
    if (length > MAX_TEXT) {
      throw new CommandFailure(
          13_548,
          "BufBuilder attempted to grow() to %d bytes, past the 64MB limit.".formatted(length));
    }
  }

  private static String string(@Nullable BsonValue value, int code, String message) {
    if (value instanceof BsonString string) {
      return string.getValue();
    }
    throw new CommandFailure(code, message + BsonTypes.name(value));
  }

  private static BsonValue indexOfBytes(Operands operands) {
    BsonValue input = operands.get(0);
    if (BsonTypes.isNullish(input)) {
      return BsonNull.VALUE;
    }
    byte[] haystack =
        Utf8.bytes(
            string(
                input, 40_091, "$indexOfBytes requires a string as the first argument, found: "));
    byte[] needle =
        Utf8.bytes(
            string(
                operands.get(1),
                40_092,
                "$indexOfBytes requires a string as the second argument, found: "));
    int from = startIndex(operands);
    int to = Math.min(haystack.length, endIndex(operands));
    for (int i = from; i + needle.length <= to; i++) {
      if (startsWith(haystack, i, needle)) {
        return new BsonInt32(i);
      }
    }
    return new BsonInt32(-1);
  }

  private static boolean startsWith(byte[] bytes, int offset, byte[] prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if (bytes[offset + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static BsonValue indexOfCodePoints(Operands operands) {
    BsonValue input = operands.get(0);
    if (BsonTypes.isNullish(input)) {
      return BsonNull.VALUE;
    }
    int[] haystack =
        string(input, 40_093, "$indexOfCP requires a string as the first argument, found: ")
            .codePoints()
            .toArray();
    String second = "$indexOfCP requires a string as the second argument, found: ";
    int[] needle = string(operands.get(1), 40_094, second).codePoints().toArray();
    int from = startIndex(operands);
    int to = Math.min(haystack.length, endIndex(operands));
    if (haystack.length == 0 && needle.length == 0) {
      return new BsonInt32(0);
    }
    // The match may begin before the end index and go beyond it.
    for (int i = from; i < to; i++) {
      if (startsWith(haystack, i, needle)) {
        return new BsonInt32(i);
      }
    }
    return new BsonInt32(-1);
  }

  private static boolean startsWith(int[] text, int offset, int[] prefix) {
    if (offset + prefix.length > text.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (text[offset + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static int startIndex(Operands operands) {
    return operands.size() > 2
        ? ArrayOperators.index(operands.get(2), operands, "starting index")
        : 0;
  }

  private static int endIndex(Operands operands) {
    return operands.size() > 3
        ? ArrayOperators.index(operands.get(3), operands, "ending index")
        : Integer.MAX_VALUE;
  }

  private static BsonValue split(Operands operands) {
    BsonValue input = operands.get(0);
    BsonValue separator = operands.get(1);
    if (BsonTypes.isNullish(input) || BsonTypes.isNullish(separator)) {
      return BsonNull.VALUE;
    }
    String message =
        "$split requires an expression that evaluates to a string as a %s argument, found: ";
    String whole = string(input, 40_085, message.formatted("first"));
    String mark = string(separator, 40_086, message.formatted("second"));
    if (mark.isEmpty()) {
      throw new CommandFailure(40_087, "$split requires a non-empty separator");
    }
    BsonArray parts = new BsonArray();
    int start = 0;
    for (int at = whole.indexOf(mark); at >= 0; at = whole.indexOf(mark, start)) {
      parts.add(text(whole.substring(start, at)));
      start = at + mark.length();
    }
    parts.add(text(whole.substring(start)));
    return parts;
  }

  private static BsonValue compareIgnoringCase(Operands operands) {
    String left = toUpper(Coercions.toText(operands.get(0)));
    String right = toUpper(Coercions.toText(operands.get(1)));
    return new BsonInt32(Integer.signum(Utf8.compare(left, right)));
  }

  private static BsonValue lengthInBytes(Operands operands) {
    String message = "$strLenBytes requires a string argument, found: ";
    return new BsonInt32(Utf8.length(string(operands.get(0), 34_473, message)));
  }

  private static BsonValue lengthInCodePoints(Operands operands) {
    String value = string(operands.get(0), 34_471, "$strLenCP requires a string argument, found: ");
    return new BsonInt32(value.codePointCount(0, value.length()));
  }

  private static BsonValue substringOfBytes(Operands operands) {
    BsonValue input = operands.get(0);
    BsonValue lower = operands.get(1);
    BsonValue length = operands.get(2);
    byte[] bytes = Utf8.bytes(Coercions.toText(input));
    requireBinaryNumber(lower, 16_034, "starting index");
    requireBinaryNumber(length, 16_035, "length");
    long from = Coercions.toLong(lower);
    if (from < 0) {
      throw new CommandFailure(
          50_752, "$substrBytes:  starting index must be non-negative (got: " + from + ")");
    }
    long count = Coercions.toLong(length);
    if (from < bytes.length && Utf8.isContinuation(bytes[(int) from])) {
      throw new CommandFailure(
          28_656, "$substrBytes:  Invalid range, starting index is a UTF-8 continuation byte.");
    }
    if (from >= bytes.length) {
      return text("");
    }
    boolean toTheEnd = count < 0 || count >= bytes.length - from;
    int to = toTheEnd ? bytes.length : (int) (from + count);
    if (to < bytes.length && Utf8.isContinuation(bytes[to])) {
      throw new CommandFailure(
          28_657,
          "$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 character.");
    }
    return text(Utf8.string(bytes, (int) from, to));
  }

  private static void requireBinaryNumber(@Nullable BsonValue value, int code, String role) {
    if (!(value instanceof BsonNumber) || value instanceof BsonDecimal128) {
      throw new CommandFailure(
          code,
          "$substrBytes:  %s must be a numeric type (is BSON type %s)"
              .formatted(role, BsonTypes.name(value)));
    }
  }

  private static BsonValue substringOfCodePoints(Operands operands) {
    BsonValue input = operands.get(0);
    BsonValue lower = operands.get(1);
    BsonValue length = operands.get(2);
    String whole = Coercions.toText(input);
    requireInt(lower, 34_450, "starting index");
    requireInt(length, 34_452, "length");
    int from = Coercions.toInt(lower);
    int count = Coercions.toInt(length);
    if (count < 0) {
      throw new CommandFailure(34_454, "$substrCP: length must be a nonnegative integer.");
    }
    if (from < 0) {
      throw new CommandFailure(
          34_455, "$substrCP: the starting index must be nonnegative integer.");
    }
    int total = whole.codePointCount(0, whole.length());
    int start = whole.offsetByCodePoints(0, Math.min(from, total));
    int end = whole.offsetByCodePoints(0, (int) Math.min((long) from + count, total));
    return text(whole.substring(start, Math.max(start, end)));
  }

  private static void requireInt(@Nullable BsonValue value, int code, String role) {
    if (!Numbers.isNumber(value)) {
      throw new CommandFailure(
          code,
          "$substrCP: %s must be a numeric type (is BSON type %s)"
              .formatted(role, BsonTypes.name(value)));
    }
    if (!Numbers.isInt(value)) {
      throw new CommandFailure(
          code + 1,
          "$substrCP: %s cannot be represented as a 32-bit integral value: %s"
              .formatted(role, ValueText.value(value)));
    }
  }
}
