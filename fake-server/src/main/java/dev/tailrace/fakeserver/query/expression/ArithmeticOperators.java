package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.accumulator.Sum;
import dev.tailrace.fakeserver.query.number.Decimals;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/** {@code $add}, {@code $subtract}, {@code $multiply}, {@code $divide}, {@code $mod}. */
final class ArithmeticOperators {

  private ArithmeticOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.add(OperatorTable.variadic("$add", ArithmeticOperators::add).commutative());
    table.add(OperatorTable.variadic("$multiply", ArithmeticOperators::multiply).commutative());
    table.fixed("$subtract", 2, ArithmeticOperators::subtract);
    table.fixed("$divide", 2, ArithmeticOperators::divide);
    table.fixed("$mod", 2, ArithmeticOperators::mod);
  }

  private static BsonValue add(Operands operands) {
    Sum sum = new Sum();
    boolean haveDate = false;
    for (int i = 0; i < operands.size(); i++) {
      BsonValue value = operands.get(i);
      if (value instanceof BsonNumber number) {
        sum.addNumber(number);
      } else if (value instanceof BsonDateTime date) {
        if (haveDate) {
          throw new CommandFailure(16_612, "only one date allowed in an $add expression");
        }
        haveDate = true;
        sum.binary().add(date.getValue());
      } else if (BsonTypes.isNullish(value)) {
        return BsonNull.VALUE;
      } else {
        throw new CommandFailure(
            wrongType(16_554, operands),
            "$add only supports numeric or date types, not " + BsonTypes.name(value));
      }
    }
    return haveDate ? date(sum) : sum.result();
  }

  /** Operators that tell a wrong type by a code of their own did so until 5.0. */
  private static int wrongType(int oldCode, Operands operands) {
    return operands.context().atLeast(5, 0) ? ErrorCode.TYPE_MISMATCH.code() : oldCode;
  }

  private static BsonDateTime date(Sum sum) {
    if (sum.isDecimal()) {
      return new BsonDateTime(Numbers.toLong(new BsonDecimal128(sum.toDecimal())));
    }
    if (!sum.binary().fitsLong()) {
      throw new CommandFailure(ErrorCode.OVERFLOW, "date overflow in $add");
    }
    return new BsonDateTime(sum.binary().toLong());
  }

  private static BsonValue multiply(Operands operands) {
    Product product = new Product();
    for (int i = 0; i < operands.size(); i++) {
      BsonValue value = operands.get(i);
      if (value instanceof BsonNumber) {
        product.take(value);
      } else if (BsonTypes.isNullish(value)) {
        return BsonNull.VALUE;
      } else {
        throw new CommandFailure(
            wrongType(16_555, operands),
            "$multiply only supports numeric types, not " + BsonTypes.name(value));
      }
    }
    return product.result();
  }

  /** A running product: in longs as long as it fits, beside it in doubles; or in decimals. */
  private static final class Product {
    private BsonType type = BsonType.INT32;
    private long whole = 1;
    private double real = 1;
    private Decimal128 decimal = Decimals.ZERO;

    void take(BsonValue factor) {
      BsonType before = type;
      type = Numbers.widest(type, factor.getBsonType());
      if (type == BsonType.DECIMAL128) {
        if (before != BsonType.DECIMAL128) {
          decimal = before == BsonType.DOUBLE ? Decimals.of(real) : Decimals.of(whole);
        }
        decimal = Decimals.multiply(decimal, Numbers.toDecimal(factor));
        return;
      }
      real *= Numbers.toDouble(factor);
      if (type != BsonType.DOUBLE) {
        long high = Math.multiplyHigh(whole, Numbers.toLong(factor));
        whole *= Numbers.toLong(factor);
        if (high != whole >> 63) {
          type = BsonType.DOUBLE;
        }
      }
    }

    BsonValue result() {
      return switch (type) {
        case INT32 -> Numbers.narrow(whole);
        case INT64 -> new BsonInt64(whole);
        case DOUBLE -> Numbers.bson(real);
        default -> new BsonDecimal128(decimal);
      };
    }
  }

  private static BsonValue subtract(Operands operands) {
    BsonValue left = operands.present(0);
    BsonValue right = operands.present(1);
    if (left == null || right == null) {
      return BsonNull.VALUE;
    }
    if (left instanceof BsonNumber && right instanceof BsonNumber) {
      return difference(left, right, operands);
    }
    if (left instanceof BsonDateTime from) {
      if (right instanceof BsonDateTime date) {
        return new BsonInt64(from.getValue() - date.getValue());
      }
      if (right instanceof BsonNumber) {
        return new BsonDateTime(from.getValue() - Numbers.toLong(right));
      }
      throw new CommandFailure(
          wrongType(16_613, operands), cannotSubtract(right, "Date", operands));
    }
    throw new CommandFailure(
        wrongType(16_556, operands), cannotSubtract(right, BsonTypes.name(left), operands));
  }

  private static String cannotSubtract(BsonValue right, String from, Operands operands) {
    if (operands.context().atLeast(5, 0)) {
      return "can't $subtract " + BsonTypes.name(right) + " from " + from;
    }
    // The older wording lacks a space, but not where the left side is a date.
    return from.equals("Date")
        ? "cant $subtract a " + BsonTypes.name(right) + " from a Date"
        : "cant $subtract a" + BsonTypes.name(right) + " from a " + from;
  }

  private static BsonValue difference(BsonValue left, BsonValue right, Operands operands) {
    BsonType type = Numbers.widest(left.getBsonType(), right.getBsonType());
    return switch (type) {
      case DECIMAL128 ->
          new BsonDecimal128(Decimals.subtract(Numbers.toDecimal(left), Numbers.toDecimal(right)));
      case DOUBLE -> Numbers.bson(Numbers.toDouble(left) - Numbers.toDouble(right));
      case INT64 -> {
        long x = Numbers.toLong(left);
        long y = Numbers.toLong(right);
        boolean overflows = ((x ^ y) & (x ^ (x - y))) < 0;
        yield overflows && operands.context().atLeast(5, 0)
            ? Numbers.bson((double) x - (double) y)
            : new BsonInt64(x - y);
      }
      default -> Numbers.narrow(Numbers.toLong(left) - Numbers.toLong(right));
    };
  }

  private static BsonValue divide(Operands operands) {
    BsonValue left = operands.get(0);
    BsonValue right = operands.get(1);
    if (left instanceof BsonNumber && right instanceof BsonNumber) {
      if (Numbers.isZero(right)) {
        throw new CommandFailure(
            operands.context().atLeast(5, 0) ? ErrorCode.BAD_VALUE.code() : 16_608,
            "can't $divide by zero");
      }
      return isDecimal(left, right)
          ? new BsonDecimal128(Decimals.divide(Numbers.toDecimal(left), Numbers.toDecimal(right)))
          : Numbers.bson(Numbers.toDouble(left) / Numbers.toDouble(right));
    }
    return nullOrNotNumeric(left, right, wrongType(16_609, operands), "$divide");
  }

  private static boolean isDecimal(BsonValue left, BsonValue right) {
    return Numbers.widest(left.getBsonType(), right.getBsonType()) == BsonType.DECIMAL128;
  }

  private static BsonNull nullOrNotNumeric(
      @Nullable BsonValue left, @Nullable BsonValue right, int code, String name) {
    if (BsonTypes.isNullish(left) || BsonTypes.isNullish(right)) {
      return BsonNull.VALUE;
    }
    throw new CommandFailure(
        code,
        "%s only supports numeric types, not %s and %s"
            .formatted(name, BsonTypes.name(left), BsonTypes.name(right)));
  }

  private static BsonValue mod(Operands operands) {
    BsonValue left = operands.get(0);
    BsonValue right = operands.get(1);
    if (!(left instanceof BsonNumber) || !(right instanceof BsonNumber)) {
      return nullOrNotNumeric(left, right, 16_611, "$mod");
    }
    if (Numbers.isZero(right)) {
      throw new CommandFailure(16_610, "can't $mod by zero");
    }
    if (isDecimal(left, right)) {
      return new BsonDecimal128(
          Decimals.remainder(Numbers.toDecimal(left), Numbers.toDecimal(right)));
    }
    boolean real =
        left instanceof BsonDouble || (right instanceof BsonDouble && !Numbers.isInt(right));
    if (real) {
      return Numbers.bson(Numbers.toDouble(left) % Numbers.toDouble(right));
    }
    long divisor = Numbers.toLong(right);
    // The one quotient that overflows; its remainder is plainly zero.
    long remainder = divisor == -1 ? 0 : Numbers.toLong(left) % divisor;
    boolean isLong = left instanceof BsonInt64 || right instanceof BsonInt64;
    return isLong ? new BsonInt64(remainder) : new BsonInt32((int) remainder);
  }
}
