package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.function.ToLongFunction;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** Parts of timestamps: {@code $tsSecond}, {@code $tsIncrement}. */
final class TimestampOperators {

  private TimestampOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(5, 1);
    part(table, "$tsSecond", 5_687_301, BsonTimestamp::getTime);
    part(table, "$tsIncrement", 5_687_302, BsonTimestamp::getInc);
  }

  private static void part(
      OperatorTable.Builder table, String name, int code, ToLongFunction<BsonTimestamp> part) {
    table.fixed(
        name,
        1,
        operands -> {
          BsonValue value = operands.present(0);
          if (value == null) {
            return BsonNull.VALUE;
          }
          if (!(value instanceof BsonTimestamp timestamp)) {
            throw new CommandFailure(
                code,
                " Argument to " + name + " must be a timestamp, but is " + BsonTypes.name(value));
          }
          return new BsonInt64(part.applyAsLong(timestamp) & 0xFFFF_FFFFL);
        });
  }
}
