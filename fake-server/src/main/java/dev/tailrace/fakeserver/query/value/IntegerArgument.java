package dev.tailrace.fakeserver.query.value;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.number.Numbers;
import org.bson.BsonType;
import org.bson.BsonValue;

/** Whole numbers that operators take, and what is said of others; the name is that of the field. */
public final class IntegerArgument {

  private IntegerArgument() {}

  public static long parse(String name, BsonValue value) {
    String element = ElementText.field(name, value);
    if (!Numbers.isNumber(value)) {
      throw failedToParse("Expected a number in: " + element);
    }
    if (value.getBsonType() == BsonType.DOUBLE) {
      double number = Numbers.toDouble(value);
      if (Double.isNaN(number)) {
        throw failedToParse("Expected an integer, but found NaN in: " + element);
      }
      if (number >= 0x1p63 || number < -0x1p63) {
        throw failedToParse("Cannot represent as a 64-bit integer: " + element);
      }
      if (number != Math.rint(number)) {
        throw failedToParse("Expected an integer: " + element);
      }
    }
    if (!Numbers.isLong(value)) {
      throw failedToParse("Cannot represent as a 64-bit integer: " + element);
    }
    return Numbers.toLong(value);
  }

  public static long parseNonNegative(String name, BsonValue value) {
    long number = parse(name, value);
    if (number < 0) {
      throw failedToParse("Expected a positive number in: " + ElementText.field(name, value));
    }
    return number;
  }

  private static CommandFailure failedToParse(String message) {
    return new CommandFailure(ErrorCode.FAILED_TO_PARSE, message);
  }
}
