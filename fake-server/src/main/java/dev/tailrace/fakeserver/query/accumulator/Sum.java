package dev.tailrace.fakeserver.query.accumulator;

import dev.tailrace.fakeserver.query.number.Decimals;
import dev.tailrace.fakeserver.query.number.DoubleDoubleSum;
import dev.tailrace.fakeserver.query.number.Numbers;
import org.bson.BsonDecimal128;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/**
 * Adds up numbers, without loss among ints, longs and doubles, and in decimals as soon as there is
 * one; what is no number is passed over. The sum has the narrowest type that holds it, but no
 * narrower one than its parts.
 */
public final class Sum implements Accumulator {

  private final DoubleDoubleSum binary = new DoubleDoubleSum();
  private Decimal128 decimal = Decimals.ZERO;
  private BsonType type = BsonType.INT32;

  @Override
  public void add(@Nullable BsonValue value) {
    if (value instanceof BsonNumber number) {
      addNumber(number);
    }
  }

  /** As {@link #add}, for a value known to be a number. */
  public void addNumber(BsonNumber number) {
    type = Numbers.widest(type, number.getBsonType());
    switch (number.getBsonType()) {
      case INT32, INT64 -> addLong(number.longValue());
      case DOUBLE -> binary.add(number.doubleValue());
      default -> decimal = Decimals.add(decimal, number.decimal128Value());
    }
  }

  /** Adds a whole number that does not widen the type. */
  public void addLong(long value) {
    if (value == (int) value) {
      binary.add((double) value);
    } else {
      binary.add(value);
    }
  }

  public boolean isDecimal() {
    return type == BsonType.DECIMAL128;
  }

  /** The sum in decimals, whatever its type. */
  public Decimal128 toDecimal() {
    return Decimals.add(decimal, binary.toDecimal());
  }

  /** The sum of what is not decimal. */
  public DoubleDoubleSum binary() {
    return binary;
  }

  @Override
  public BsonNumber result() {
    return switch (type) {
      case DECIMAL128 -> new BsonDecimal128(toDecimal());
      case INT64 ->
          binary.fitsLong() ? new BsonInt64(binary.toLong()) : Numbers.bson(binary.toDouble());
      case INT32 ->
          binary.fitsLong() ? Numbers.narrow(binary.toLong()) : Numbers.bson(binary.toDouble());
      default -> Numbers.bson(binary.toDouble());
    };
  }
}
