package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.number.DecimalFunctions;
import dev.tailrace.fakeserver.query.number.DoubleFunctions;
import dev.tailrace.fakeserver.query.number.NumberText;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.bson.BsonDecimal128;
import org.bson.BsonNull;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/** Trigonometric and hyperbolic functions, and their inverses, in radians. */
final class TrigonometricOperators {

  /** Which arguments a function takes, and how an error names them. */
  private enum Domain {
    ALL("[-inf,inf]"),
    FINITE("(-inf,inf)"),
    UNIT("[-1,1]"),
    FROM_ONE("[1,inf]");

    private final String text;

    Domain(String text) {
      this.text = text;
    }

    boolean contains(double x) {
      return switch (this) {
        case ALL -> true;
        case FINITE -> !Double.isInfinite(x);
        case UNIT -> Math.abs(x) <= 1;
        case FROM_ONE -> x >= 1;
      };
    }
  }

  private TrigonometricOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    add(table, "$sin", Domain.FINITE, DoubleFunctions::sin, DecimalFunctions::sin);
    add(table, "$cos", Domain.FINITE, DoubleFunctions::cos, DecimalFunctions::cos);
    add(table, "$tan", Domain.FINITE, DoubleFunctions::tan, DecimalFunctions::tan);
    add(table, "$asin", Domain.UNIT, DoubleFunctions::asin, DecimalFunctions::asin);
    add(table, "$acos", Domain.UNIT, DoubleFunctions::acos, DecimalFunctions::acos);
    add(table, "$atan", Domain.ALL, DoubleFunctions::atan, DecimalFunctions::atan);
    add(table, "$sinh", Domain.ALL, DoubleFunctions::sinh, DecimalFunctions::sinh);
    add(table, "$cosh", Domain.ALL, DoubleFunctions::cosh, DecimalFunctions::cosh);
    add(table, "$tanh", Domain.ALL, DoubleFunctions::tanh, DecimalFunctions::tanh);
    add(table, "$asinh", Domain.ALL, DoubleFunctions::asinh, DecimalFunctions::asinh);
    add(table, "$acosh", Domain.FROM_ONE, DoubleFunctions::acosh, DecimalFunctions::acosh);
    add(table, "$atanh", Domain.UNIT, DoubleFunctions::atanh, DecimalFunctions::atanh);
    add(
        table,
        "$degreesToRadians",
        Domain.ALL,
        DoubleFunctions::toRadians,
        DecimalFunctions::toRadians);
    add(
        table,
        "$radiansToDegrees",
        Domain.ALL,
        DoubleFunctions::toDegrees,
        DecimalFunctions::toDegrees);
    table.fixed("$atan2", 2, TrigonometricOperators::atan2);
  }

  private static void add(
      OperatorTable.Builder table,
      String name,
      Domain domain,
      DoubleUnaryOperator ofDouble,
      UnaryOperator<Decimal128> ofDecimal) {
    NumericFunctions.single(
        table,
        name,
        number -> {
          if (Numbers.isNaN(number)) {
            return number;
          }
          if (!domain.contains(Numbers.toDouble(number))) {
            throw new CommandFailure(
                50_989,
                "cannot apply %s to %s, value must in %s"
                    .formatted(name, text(number), domain.text));
          }
          return number instanceof BsonDecimal128 decimal
              ? new BsonDecimal128(ofDecimal.apply(decimal.getValue()))
              : Numbers.bson(ofDouble.applyAsDouble(Numbers.toDouble(number)));
        });
  }

  private static String text(BsonNumber number) {
    return number instanceof BsonDecimal128
        ? ValueText.value(number)
        : NumberText.brief(Numbers.toDouble(number));
  }

  private static BsonValue atan2(Operands operands) {
    BsonNumber y = number(operands.get(0), 51_044);
    if (y == null) {
      return BsonNull.VALUE;
    }
    BsonNumber x = number(operands.get(1), 51_045);
    if (x == null) {
      return BsonNull.VALUE;
    }
    BsonType type = Numbers.widest(y.getBsonType(), x.getBsonType());
    return type == BsonType.DECIMAL128
        ? new BsonDecimal128(DecimalFunctions.atan2(Numbers.toDecimal(y), Numbers.toDecimal(x)))
        : Numbers.bson(DoubleFunctions.atan2(Numbers.toDouble(y), Numbers.toDouble(x)));
  }

  /** The value as a number; null if it is missing, null or undefined. */
  private static @Nullable BsonNumber number(@Nullable BsonValue value, int code) {
    if (BsonTypes.isNullish(value)) {
      return null;
    }
    if (!(value instanceof BsonNumber number)) {
      throw new CommandFailure(
          code, "$atan2 only supports numeric types, not " + BsonTypes.name(value));
    }
    return number;
  }
}
