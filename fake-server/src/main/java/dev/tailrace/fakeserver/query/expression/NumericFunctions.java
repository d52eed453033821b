package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.number.DecimalFunctions;
import dev.tailrace.fakeserver.query.number.Decimals;
import dev.tailrace.fakeserver.query.number.DoubleFunctions;
import dev.tailrace.fakeserver.query.number.NumberText;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.math.RoundingMode;
import java.util.function.Function;
import org.bson.BsonDecimal128;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.Decimal128;

/** Functions of one number or two, but for trigonometry: roots, powers, logarithms, rounding. */
final class NumericFunctions {

  private NumericFunctions() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    single(table, "$abs", NumericFunctions::abs);
    single(table, "$ceil", number -> toWhole(number, RoundingMode.CEILING));
    single(table, "$floor", number -> toWhole(number, RoundingMode.FLOOR));
    single(table, "$exp", NumericFunctions::exp);
    single(table, "$ln", NumericFunctions::ln);
    single(table, "$log10", NumericFunctions::log10);
    single(table, "$sqrt", NumericFunctions::sqrt);
    table.fixed("$log", 2, NumericFunctions::log);
    table.fixed("$pow", 2, NumericFunctions::pow);
    table.ranged("$round", 1, 2, operands -> round(operands, RoundingMode.HALF_EVEN));
    table.ranged("$trunc", 1, 2, operands -> round(operands, RoundingMode.DOWN));
  }

  /** A function of one number; null of null. */
  static void single(
      OperatorTable.Builder table, String name, Function<BsonNumber, BsonValue> function) {
    table.fixed(
        name,
        1,
        operands -> {
          BsonValue value = operands.get(0);
          if (BsonTypes.isNullish(value)) {
            return BsonNull.VALUE;
          }
          if (!(value instanceof BsonNumber number)) {
            throw new CommandFailure(
                28_765, name + " only supports numeric types, not " + BsonTypes.name(value));
          }
          return function.apply(number);
        });
  }

  private static BsonValue abs(BsonNumber number) {
    return switch (number.getBsonType()) {
      case DOUBLE -> Numbers.bson(Math.abs(number.doubleValue()));
      case DECIMAL128 -> new BsonDecimal128(Decimals.abs(number.decimal128Value()));
      default -> {
        if (number.longValue() == Long.MIN_VALUE) {
          throw new CommandFailure(28_680, "can't take $abs of long long min");
        }
        long abs = Math.abs(number.longValue());
        yield number instanceof BsonInt64 ? new BsonInt64(abs) : Numbers.narrow(abs);
      }
    };
  }

  private static BsonValue toWhole(BsonNumber number, RoundingMode mode) {
    return switch (number.getBsonType()) {
      case DOUBLE ->
          Numbers.bson(
              mode == RoundingMode.FLOOR
                  ? Math.floor(number.doubleValue())
                  : Math.ceil(number.doubleValue()));
      case DECIMAL128 -> new BsonDecimal128(Decimals.quantize(number.decimal128Value(), 0, mode));
      default -> number;
    };
  }

  private static BsonValue exp(BsonNumber number) {
    return number instanceof BsonDecimal128
        ? new BsonDecimal128(DecimalFunctions.exp(number.decimal128Value()))
        : Numbers.bson(DoubleFunctions.exp(Numbers.toDouble(number)));
  }

  private static BsonValue ln(BsonNumber number) {
    if (isPositiveDecimal(number)) {
      return new BsonDecimal128(DecimalFunctions.ln(number.decimal128Value()));
    }
    double argument = Numbers.toDouble(number);
    requirePositive(argument, 28_766, "$ln");
    return Numbers.bson(DoubleFunctions.ln(argument));
  }

  private static BsonValue log10(BsonNumber number) {
    if (isPositiveDecimal(number)) {
      return new BsonDecimal128(DecimalFunctions.log10(number.decimal128Value()));
    }
    double argument = Numbers.toDouble(number);
    requirePositive(argument, 28_761, "$log10");
    return Numbers.bson(DoubleFunctions.log10(argument));
  }

  private static boolean isPositiveDecimal(BsonNumber number) {
    return number instanceof BsonDecimal128 && Decimals.signum(number.decimal128Value()) > 0;
  }

  private static void requirePositive(double argument, int code, String name) {
    if (argument <= 0) {
      throw new CommandFailure(
          code,
          name + "'s argument must be a positive number, but is " + NumberText.brief(argument));
    }
  }

  private static BsonValue sqrt(BsonNumber number) {
    boolean negative =
        number instanceof BsonDecimal128
            ? Decimals.signum(number.decimal128Value()) < 0
            : Numbers.toDouble(number) < 0;
    if (negative) {
      throw new CommandFailure(28_714, "$sqrt's argument must be greater than or equal to 0");
    }
    return number instanceof BsonDecimal128
        ? new BsonDecimal128(Decimals.squareRoot(number.decimal128Value()))
        : Numbers.bson(Math.sqrt(Numbers.toDouble(number)));
  }

  private static BsonValue log(Operands operands) {
    BsonValue argument = operands.get(0);
    BsonValue base = operands.get(1);
    if (BsonTypes.isNullish(argument) || BsonTypes.isNullish(base)) {
      return BsonNull.VALUE;
    }
    if (!(argument instanceof BsonNumber number)) {
      throw new CommandFailure(
          28_756, "$log's argument must be numeric, not " + BsonTypes.name(argument));
    }
    if (!(base instanceof BsonNumber baseNumber)) {
      throw new CommandFailure(28_757, "$log's base must be numeric, not " + BsonTypes.name(base));
    }
    if (number instanceof BsonDecimal128 || base instanceof BsonDecimal128) {
      Decimal128 x = Numbers.toDecimal(number);
      Decimal128 b = Numbers.toDecimal(baseNumber);
      boolean baseIsOne = Numbers.compare(baseNumber, new BsonInt32(1)) == 0;
      if (Decimals.signum(x) > 0 && Decimals.signum(b) > 0 && !baseIsOne) {
        return new BsonDecimal128(DecimalFunctions.log(x, b));
      }
    }
    double x = Numbers.toDouble(number);
    double b = Numbers.toDouble(baseNumber);
    requirePositive(x, 28_758, "$log");
    if (b <= 0 || b == 1) {
      throw new CommandFailure(
          28_759,
          "$log's base must be a positive number not equal to 1, but is " + NumberText.brief(b));
    }
    return Numbers.bson(DoubleFunctions.ln(x) / DoubleFunctions.ln(b));
  }

  private static BsonValue pow(Operands operands) {
    BsonValue base = operands.get(0);
    BsonValue exponent = operands.get(1);
    if (BsonTypes.isNullish(base) || BsonTypes.isNullish(exponent)) {
      return BsonNull.VALUE;
    }
    if (!(base instanceof BsonNumber)) {
      throw new CommandFailure(28_762, "$pow's base must be numeric, not " + BsonTypes.name(base));
    }
    if (!(exponent instanceof BsonNumber)) {
      throw new CommandFailure(
          28_763, "$pow's exponent must be numeric, not " + BsonTypes.name(exponent));
    }
    BsonType type = Numbers.widest(base.getBsonType(), exponent.getBsonType());
    if (Numbers.isZero(base) && isNegative(exponent)) {
      throw new CommandFailure(28_764, "$pow cannot take a base of 0 and a negative exponent");
    }
    return switch (type) {
      case DECIMAL128 ->
          new BsonDecimal128(
              DecimalFunctions.power(Numbers.toDecimal(base), Numbers.toDecimal(exponent)));
      case DOUBLE ->
          Numbers.bson(DoubleFunctions.power(Numbers.toDouble(base), Numbers.toDouble(exponent)));
      default -> wholePower(Numbers.toLong(base), Numbers.toLong(exponent), type);
    };
  }

  private static boolean isNegative(BsonValue number) {
    return number instanceof BsonDecimal128 decimal
        ? decimal.getValue().isNegative()
        : Numbers.toDouble(number) < 0;
  }

  /** A power of whole numbers: whole if it fits a long, else a double. */
  private static BsonValue wholePower(long base, long exponent, BsonType type) {
    if (exponent < 0 && base != 1 && base != -1) {
      return Numbers.bson(DoubleFunctions.power((double) base, (double) exponent));
    }
    long power = 1;
    if (base == -1) {
      power = exponent % 2 == 0 ? 1 : -1;
    } else if (base == 0) {
      power = exponent == 0 ? 1 : 0;
    } else if (base != 1) {
      for (long i = 0; i < exponent; i++) {
        long high = Math.multiplyHigh(power, base);
        power *= base;
        if (high != power >> 63) {
          return Numbers.bson(DoubleFunctions.power((double) base, (double) exponent));
        }
      }
    }
    return type == BsonType.INT64 ? new BsonInt64(power) : Numbers.narrow(power);
  }

  private static BsonValue round(Operands operands, RoundingMode mode) {
    BsonValue value = operands.present(0);
    if (value == null) {
      return BsonNull.VALUE;
    }
    if (!(value instanceof BsonNumber number)) {
      throw new CommandFailure(
          51_081, operands.name() + " only supports numeric types, not " + BsonTypes.name(value));
    }
    int precision = 0;
    if (operands.size() > 1) {
      BsonValue given = operands.present(1);
      if (given == null) {
        return BsonNull.VALUE;
      }
      precision = precision(given, operands.name());
    }
    return switch (number.getBsonType()) {
      case DECIMAL128 -> new BsonDecimal128(rounded(number.decimal128Value(), precision, mode));
      case DOUBLE -> roundedDouble(number, precision, mode);
      default -> precision >= 0 ? number : roundedWhole(number, precision, mode, operands.name());
    };
  }

  private static BsonValue roundedDouble(BsonNumber number, int precision, RoundingMode mode) {
    Decimal128 exact = Decimals.ofAllDigits(number.doubleValue());
    return exact.isInfinite()
        ? number
        : Numbers.bson(Decimals.toDouble(rounded(exact, precision, mode)));
  }

  private static int precision(BsonValue given, String name) {
    long precision = Coercions.toLong(given);
    if (!Numbers.isInt(given)) {
      throw new CommandFailure(
          51_082, "precision argument to  " + name + " must be a integral value");
    }
    if (precision < -20 || precision > 100) {
      throw new CommandFailure(
          51_083,
          "cannot apply %s with precision value %d value must be in [-20, 100]"
              .formatted(name, precision));
    }
    return (int) precision;
  }

  /** Rounds to so many places; what has fewer in its 34 digits stays as it is. */
  private static Decimal128 rounded(Decimal128 value, int precision, RoundingMode mode) {
    Decimal128 rounded = Decimals.quantize(value, -precision, mode);
    return rounded.isNaN() ? Decimals.normalized(value) : rounded;
  }

  private static BsonValue roundedWhole(
      BsonNumber number, int precision, RoundingMode mode, String name) {
    Decimal128 rounded = rounded(Numbers.toDecimal(number), precision, mode);
    BsonDecimal128 result = new BsonDecimal128(rounded);
    if (!Numbers.isLong(result)) {
      throw new CommandFailure(
          51_080,
          "invalid conversion from Decimal128 result in %s resulting from arguments: [%d, %d]"
              .formatted(name, number.longValue(), precision));
    }
    long whole = Numbers.toLong(result);
    return number instanceof BsonInt64 || whole > Integer.MAX_VALUE
        ? new BsonInt64(whole)
        : new BsonInt32((int) whole);
  }
}
