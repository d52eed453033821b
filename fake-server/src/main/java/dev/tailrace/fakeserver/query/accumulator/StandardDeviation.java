package dev.tailrace.fakeserver.query.accumulator;

import dev.tailrace.fakeserver.query.number.Numbers;
import org.bson.BsonNull;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The standard deviation of the numbers among the values, as a double (Welford's method); null if
 * there are too few.
 */
public final class StandardDeviation implements Accumulator {

  private final boolean ofSample;
  private long count;
  private double mean;
  private double squares;

  /**
   * A new one.
   *
   * @param ofSample whether the values are a sample, of which it takes two, or everything there is
   */
  public StandardDeviation(boolean ofSample) {
    this.ofSample = ofSample;
  }

  @Override
  public void add(@Nullable BsonValue value) {
    if (value instanceof BsonNumber) {
      double x = Numbers.toDouble(value);
      count++;
      double delta = x - mean;
      if (delta != 0) {
        mean += delta / count;
        squares += delta * (x - mean);
      }
    }
  }

  @Override
  public BsonValue result() {
    long freedom = ofSample ? count - 1 : count;
    return freedom <= 0 ? BsonNull.VALUE : Numbers.bson(Math.sqrt(squares / freedom));
  }
}
