package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.function.LongBinaryOperator;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonValue;

/** {@code $bitAnd}, {@code $bitOr}, {@code $bitXor}, {@code $bitNot}, on ints and longs. */
final class BitOperators {

  private BitOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(6, 3);
    table.add(fold("$bitAnd", -1, (a, b) -> a & b));
    table.add(fold("$bitOr", 0, (a, b) -> a | b));
    table.add(fold("$bitXor", 0, (a, b) -> a ^ b));
    table.fixed("$bitNot", 1, BitOperators::not);
  }

  private static Operation.Operator fold(String name, int identity, LongBinaryOperator step) {
    return OperatorTable.variadic(name, operands -> fold(operands, identity, step)).commutative();
  }

  private static BsonValue fold(Operands operands, int identity, LongBinaryOperator step) {
    long result = identity;
    boolean isLong = false;
    for (int i = 0; i < operands.size(); i++) {
      BsonValue value = operands.present(i);
      if (value == null) {
        return BsonNull.VALUE;
      }
      if (!isInteger(value)) {
        throw new CommandFailure(
            ErrorCode.TYPE_MISMATCH, operands.name() + " only supports int and long operands.");
      }
      isLong |= value instanceof BsonInt64;
      result = step.applyAsLong(result, value.asNumber().longValue());
    }
    return isLong ? new BsonInt64(result) : new BsonInt32((int) result);
  }

  private static boolean isInteger(BsonValue value) {
    return value instanceof BsonInt32 || value instanceof BsonInt64;
  }

  private static BsonValue not(Operands operands) {
    BsonValue value = operands.present(0);
    if (value == null) {
      return BsonNull.VALUE;
    }
    if (value instanceof BsonInt32 number) {
      return new BsonInt32(~number.getValue());
    }
    if (value instanceof BsonInt64 number) {
      return new BsonInt64(~number.getValue());
    }
    if (Numbers.isNumber(value)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "$bitNot only supports int and long, not: " + BsonTypes.name(value) + ".");
    }
    throw new CommandFailure(
        28_765, "$bitNot only supports numeric types, not " + BsonTypes.name(value));
  }
}
