package dev.tailrace.fakeserver.query.accumulator;

import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The smallest or largest of the values; null and missing do not count. */
public final class Extreme implements Accumulator {

  private final BsonOrder order;
  private final int sign;
  private @Nullable BsonValue extreme;

  private Extreme(BsonOrder order, int sign) {
    this.order = order;
    this.sign = sign;
  }

  public static Extreme smallest(BsonOrder order) {
    return new Extreme(order, 1);
  }

  public static Extreme largest(BsonOrder order) {
    return new Extreme(order, -1);
  }

  @Override
  public void add(@Nullable BsonValue value) {
    if (BsonTypes.isNullish(value)) {
      return;
    }
    if (extreme == null || order.compare(value, extreme) * sign < 0) {
      extreme = value;
    }
  }

  @Override
  public BsonValue result() {
    return extreme == null ? BsonNull.VALUE : extreme;
  }
}
