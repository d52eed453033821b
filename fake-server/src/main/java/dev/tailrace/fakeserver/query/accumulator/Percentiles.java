package dev.tailrace.fakeserver.query.accumulator;

import dev.tailrace.fakeserver.query.number.Numbers;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDouble;
import org.bson.BsonNull;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Percentiles of the numbers among the values, each one of the numbers themselves, as a double;
 * null if there is none. The server approximates those of many numbers; here they are exact.
 */
public final class Percentiles implements Accumulator {

  private final List<Double> numbers = new ArrayList<>();
  private final List<Double> shares;
  private final boolean single;

  /**
   * A new one.
   *
   * @param shares which percentiles, from 0 to 1
   * @param single whether the result is the first of them rather than an array
   */
  public Percentiles(List<Double> shares, boolean single) {
    this.shares = List.copyOf(shares);
    this.single = single;
  }

  @Override
  public void add(@Nullable BsonValue value) {
    if (value instanceof BsonNumber && !Numbers.isNaN(value)) {
      numbers.add(Numbers.toDouble(value));
    }
  }

  @Override
  public BsonValue result() {
    List<Double> sorted = numbers.stream().sorted().toList();
    if (single) {
      return at(sorted, shares.get(0));
    }
    return new BsonArray(shares.stream().map(share -> at(sorted, share)).toList());
  }

  private static BsonValue at(List<Double> sorted, double share) {
    if (sorted.isEmpty()) {
      return BsonNull.VALUE;
    }
    int rank = (int) Math.ceil(share * sorted.size()) - 1;
    return new BsonDouble(sorted.get(Math.max(0, rank)));
  }
}
