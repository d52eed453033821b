package dev.tailrace.fakeserver.query.accumulator;

import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The best so many of the values: {@code $firstN}, {@code $maxN}, {@code $topN} and the like. */
public final class Best implements Accumulator {

  private final int count;
  private final boolean skipsNullish;
  private final boolean dropsFirst;
  private final @Nullable Comparator<BsonValue> order;
  private final List<BsonValue> kept = new ArrayList<>();

  private Best(
      int count, boolean skipsNullish, boolean dropsFirst, @Nullable Comparator<BsonValue> order) {
    this.count = count;
    this.skipsNullish = skipsNullish;
    this.dropsFirst = dropsFirst;
    this.order = order;
  }

  /**
   * That of an operator.
   *
   * @param operator {@code $firstN}, {@code $lastN}, {@code $minN} or {@code $maxN}
   */
  public static Best named(String operator, int count, BsonOrder order) {
    return switch (operator) {
      case "$firstN" -> first(count);
      case "$lastN" -> last(count);
      case "$minN" -> smallest(count, order);
      case "$maxN" -> smallest(count, order.reversed());
      default -> throw new IllegalArgumentException(operator);
    };
  }

  /** The first so many, as they come; missing ones are null. */
  private static Best first(int count) {
    return new Best(count, false, false, null);
  }

  /** The last so many, as they come; missing ones are null. */
  private static Best last(int count) {
    return new Best(count, false, true, null);
  }

  /** The smallest so many of what is not null, in order. */
  private static Best smallest(int count, Comparator<BsonValue> order) {
    return new Best(count, true, false, order);
  }

  /** Those that come first in an order, in that order; of equal ones the first to come. */
  public static Best top(int count, Comparator<BsonValue> order) {
    return new Best(count, false, false, order);
  }

  /** Those that come last in an order, in that order; of equal ones the first to come. */
  public static Best bottom(int count, Comparator<BsonValue> order) {
    return new Best(count, false, true, order);
  }

  @Override
  public void add(@Nullable BsonValue value) {
    if (skipsNullish && BsonTypes.isNullish(value)) {
      return;
    }
    BsonValue added = value == null ? BsonNull.VALUE : value;
    if (kept.size() == count) {
      if (!replacesAnother(added)) {
        return;
      }
      kept.remove(dropsFirst ? 0 : count - 1);
    }
    kept.add(order == null ? kept.size() : position(added, order), added);
  }

  private boolean replacesAnother(BsonValue value) {
    if (order == null) {
      return dropsFirst;
    }
    return dropsFirst
        ? order.compare(value, kept.get(0)) > 0
        : order.compare(value, kept.get(count - 1)) < 0;
  }

  /** Where the value belongs, after those that are equal. */
  private int position(BsonValue value, Comparator<BsonValue> comparator) {
    int from = 0;
    int to = kept.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (comparator.compare(kept.get(middle), value) <= 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  @Override
  public BsonValue result() {
    return new BsonArray(kept);
  }
}
