package dev.tailrace.fakeserver.query.match;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.query.value.IntegerArgument;
import java.math.BigInteger;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonType;
import org.bson.BsonValue;

/** Reads the argument of {@code $bitsAllSet} and its like: positions, a number, or binary data. */
final class BitMask {

  private BitMask() {}

  /**
   * The positions of bits that a mask names.
   *
   * @param path the field that is tested, for messages
   * @param name the operator
   */
  static ImmutableList<Integer> parse(String path, String name, BsonValue value) {
    if (value instanceof BsonArray array) {
      ImmutableList.Builder<Integer> positions = ImmutableList.builder();
      int index = 0;
      for (BsonValue element : array) {
        positions.add(bitPosition(ElementText.field(String.valueOf(index), element), element));
        index++;
      }
      return positions.build();
    }
    if (Numbers.isNumber(value)) {
      return setBits(BigInteger.valueOf(IntegerArgument.parseNonNegative(name, value)));
    }
    if (value instanceof BsonBinary binary) {
      return setBits(Tests.littleEndian(binary.getData()));
    }
    throw badValue(
        "%s takes an Array, a number, or a BinData but received: %s"
            .formatted(path, ElementText.field(name, value)));
  }

  private static ImmutableList<Integer> setBits(BigInteger mask) {
    ImmutableList.Builder<Integer> positions = ImmutableList.builder();
    for (int i = mask.getLowestSetBit(); i >= 0 && i < mask.bitLength(); i++) {
      if (mask.testBit(i)) {
        positions.add(i);
      }
    }
    return positions.build();
  }

  private static int bitPosition(String text, BsonValue position) {
    if (!Numbers.isNumber(position)) {
      throw badValue("bit positions must be an integer but got: " + text);
    }
    if (position.getBsonType() == BsonType.DOUBLE) {
      double number = Numbers.toDouble(position);
      if (Double.isNaN(number)) {
        throw badValue("bit positions cannot take a NaN: " + text);
      }
      if (number > Integer.MAX_VALUE || number < Integer.MIN_VALUE) {
        throw badValue("bit positions cannot be represented as a 32-bit signed integer: " + text);
      }
      if (number != Math.rint(number)) {
        throw badValue("bit positions must be an integer but got: " + text);
      }
    }
    if (position.getBsonType() == BsonType.INT64 && !Numbers.isInt(position)) {
      throw badValue("bit positions cannot be represented as a 32-bit signed integer: " + text);
    }
    int number = Numbers.toInt(position);
    if (number < 0) {
      throw badValue("bit positions must be >= 0 but got: " + text);
    }
    return number;
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }
}
