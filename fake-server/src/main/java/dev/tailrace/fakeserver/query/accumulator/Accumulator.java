package dev.tailrace.fakeserver.query.accumulator;

import dev.tailrace.fakeserver.query.value.BsonOrder;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Takes values one by one and has a result at any time. Not thread-safe. */
public interface Accumulator {

  /**
   * Takes the next value; null if it is missing.
   *
   * @throws dev.tailrace.fakeserver.error.CommandFailure if the server would refuse it
   */
  void add(@Nullable BsonValue value);

  /** What has come of the values so far; null if that is missing. */
  @Nullable BsonValue result();

  /** A way to start afresh, for each group and each evaluation. */
  @FunctionalInterface
  interface Factory {
    /**
     * A new accumulator.
     *
     * @param order how values compare
     */
    Accumulator create(BsonOrder order);
  }
}
