package dev.tailrace.fakeserver.query.accumulator;

import dev.tailrace.fakeserver.query.number.Decimals;
import dev.tailrace.fakeserver.query.number.Numbers;
import org.bson.BsonDecimal128;
import org.bson.BsonNull;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The mean of the numbers among the values: a double, or a decimal if one is among them; else null.
 */
public final class Average implements Accumulator {

  private final Sum sum = new Sum();
  private long count;

  @Override
  public void add(@Nullable BsonValue value) {
    if (value instanceof BsonNumber number) {
      sum.addNumber(number);
      count++;
    }
  }

  @Override
  public BsonValue result() {
    if (count == 0) {
      return BsonNull.VALUE;
    }
    return sum.isDecimal()
        ? new BsonDecimal128(Decimals.divide(sum.toDecimal(), Decimals.of(count)))
        : Numbers.bson(sum.binary().toDouble() / count);
  }
}
