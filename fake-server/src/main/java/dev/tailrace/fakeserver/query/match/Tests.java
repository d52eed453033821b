package dev.tailrace.fakeserver.query.match;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.regex.PerlRegex;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonBinary;
import org.bson.BsonDecimal128;
import org.bson.BsonNumber;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The tests that filters make of single values. */
final class Tests {

  /** The comparisons, by the outcomes of the order that fulfil them. */
  enum Comparison {
    EQ,
    LT,
    LTE,
    GT,
    GTE;

    boolean holds(int compared) {
      return switch (this) {
        case EQ -> compared == 0;
        case LT -> compared < 0;
        case LTE -> compared <= 0;
        case GT -> compared > 0;
        case GTE -> compared >= 0;
      };
    }

    boolean includesEqual() {
      return this == EQ || this == LTE || this == GTE;
    }
  }

  private Tests() {}

  /**
   * A comparison. Only values of one class are compared; but null stands for missing too, and
   * minKey and maxKey are compared with everything.
   */
  static ValueTest comparison(Comparison comparison, BsonValue with, BsonOrder order) {
    int withClass = BsonTypes.orderClass(with);
    return value -> {
      int valueClass = BsonTypes.orderClass(value);
      if (valueClass != withClass) {
        return holdsAcrossClasses(comparison, value, with);
      }
      if (value instanceof BsonNumber && (Numbers.isNaN(value) || Numbers.isNaN(with))) {
        return comparison.includesEqual() && Numbers.isNaN(value) && Numbers.isNaN(with);
      }
      return comparison.holds(order.compare(value, with));
    };
  }

  private static boolean holdsAcrossClasses(
      Comparison comparison, @Nullable BsonValue value, BsonValue with) {
    if (BsonTypes.isNullish(value) && BsonTypes.isNullish(with)) {
      return comparison.includesEqual();
    }
    return switch (with.getBsonType()) {
      case MAX_KEY -> comparison == Comparison.LT || comparison == Comparison.LTE;
      case MIN_KEY -> comparison == Comparison.GT || comparison == Comparison.GTE;
      default -> false;
    };
  }

  /** One of these values, or a match of one of these regexes. */
  static ValueTest in(List<BsonValue> values, ImmutableList<ValueTest> regexes, BsonOrder order) {
    Set<BsonOrder.Key> keys = new HashSet<>();
    boolean anyNull = false;
    for (BsonValue value : values) {
      keys.add(order.key(value));
      anyNull |= value.isNull();
    }
    boolean nullIsIn = anyNull;
    return value -> {
      boolean equal = BsonTypes.isNullish(value) ? nullIsIn : keys.contains(order.key(value));
      return equal || regexes.stream().anyMatch(regex -> regex.test(value));
    };
  }

  /** A string that the regex is found in, or that very regex. */
  static ValueTest regex(PerlRegex regex, BsonRegularExpression source) {
    return value -> {
      if (value instanceof BsonString string) {
        return regex.isFoundIn(string.getValue());
      }
      if (value instanceof BsonSymbol symbol) {
        return regex.isFoundIn(symbol.getSymbol());
      }
      return value instanceof BsonRegularExpression && value.equals(source);
    };
  }

  static ValueTest type(TypeSet types) {
    return value -> value != null && types.contains(value.getBsonType());
  }

  /**
   * A number that leaves this remainder, its fraction cut.
   *
   * @param finiteOnly whether NaN and infinities fail, as from 5.0; before, they count as the
   *     smallest long
   */
  static ValueTest mod(long divisor, long remainder, boolean finiteOnly) {
    return value -> {
      if (!(value instanceof BsonNumber)) {
        return false;
      }
      if (finiteOnly && (Numbers.isNaN(value) || Numbers.isInfinite(value))) {
        return false;
      }
      long dividend = Numbers.toLong(value);
      return (divisor == -1 ? 0 : dividend % divisor) == remainder;
    };
  }

  /** What is asked of the bits that a mask names. */
  enum Bits {
    ALL_SET,
    ALL_CLEAR,
    ANY_SET,
    ANY_CLEAR
  }

  /** A whole number or binary with these bits; bit 0 is the lowest of a number or first byte. */
  static ValueTest bits(Bits bits, ImmutableList<Integer> mask) {
    return value -> {
      BigInteger number = bitsOf(value);
      if (number == null) {
        return false;
      }
      return switch (bits) {
        case ALL_SET -> mask.stream().allMatch(number::testBit);
        case ALL_CLEAR -> mask.stream().noneMatch(number::testBit);
        case ANY_SET -> mask.stream().anyMatch(number::testBit);
        case ANY_CLEAR -> !mask.stream().allMatch(number::testBit);
      };
    };
  }

  private static @Nullable BigInteger bitsOf(@Nullable BsonValue value) {
    if (value instanceof BsonBinary binary) {
      return littleEndian(binary.getData());
    }
    if (!(value instanceof BsonNumber)) {
      return null;
    }
    // Of doubles only whole ones count; decimals are rounded.
    boolean counts = value instanceof BsonDecimal128 || Numbers.isLong(value);
    return counts ? BigInteger.valueOf(Numbers.toLong(value)) : null;
  }

  /** The bytes as a number that is not negative, the first byte the lowest. */
  static BigInteger littleEndian(byte[] data) {
    byte[] reversed = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      reversed[data.length - 1 - i] = data[i];
    }
    return new BigInteger(1, reversed);
  }
}
