package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.number.Decimals;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import org.bson.BsonDecimal128;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/** {@code $inc} and {@code $mul}. */
final class ArithmeticModifier extends ValueModifier {

  private enum Kind {
    INC("$inc", "increment"),
    MUL("$mul", "multiply");

    private final String operator;
    private final String verb;

    Kind(String operator, String verb) {
      this.operator = operator;
      this.verb = verb;
    }
  }

  private final Kind kind;
  private final BsonNumber argument;

  private ArithmeticModifier(Kind kind, BsonNumber argument) {
    this.kind = kind;
    this.argument = argument;
  }

  static UpdateNode inc(String field, BsonValue argument, QueryContext context) {
    return of(Kind.INC, field, argument);
  }

  static UpdateNode mul(String field, BsonValue argument, QueryContext context) {
    return of(Kind.MUL, field, argument);
  }

  private static UpdateNode of(Kind kind, String field, BsonValue argument) {
    if (!(argument instanceof BsonNumber number)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "Cannot %s with non-numeric argument: {%s}"
              .formatted(kind.verb, ElementText.field(field, argument)));
    }
    return new ArithmeticModifier(kind, number);
  }

  @Override
  @Nullable BsonValue changed(Location location, Application application) {
    if (!(location.value() instanceof BsonNumber current)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "Cannot apply %s to a value of non-numeric type. {%s} has the field '%s' of non-numeric type %s"
              .formatted(
                  kind.operator,
                  application.idText(),
                  location.name(),
                  BsonTypes.name(location.value())));
    }
    BsonNumber result;
    try {
      result = compute(current);
    } catch (ArithmeticException overflow) {
      String type = current.getBsonType() == BsonType.INT32 ? "NumberInt" : "NumberLong";
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Failed to apply %s operations to current value ((%s)%d) for document {%s}"
              .formatted(kind.operator, type, current.longValue(), application.idText()));
    }
    boolean same =
        result.getBsonType() == current.getBsonType()
            && !Numbers.isNaN(result)
            && Numbers.compare(result, current) == 0;
    return same ? null : result;
  }

  @Override
  BsonValue initial(Application application) {
    return kind == Kind.INC ? argument : compute(new BsonInt32(0));
  }

  /** Computes with the wider type of the two; two ints make a long if they must. */
  private BsonNumber compute(BsonNumber current) {
    BsonType type = Numbers.widest(current.getBsonType(), argument.getBsonType());
    return switch (type) {
      case INT32 -> Numbers.narrow(ofLongs(current));
      case INT64 -> new BsonInt64(ofLongs(current));
      case DOUBLE -> Numbers.bson(ofDoubles(current));
      default -> new BsonDecimal128(ofDecimals(current));
    };
  }

  /** Throws ArithmeticException if the result does not fit. */
  private long ofLongs(BsonNumber current) {
    long a = current.longValue();
    long b = argument.longValue();
    return kind == Kind.INC ? Math.addExact(a, b) : Math.multiplyExact(a, b);
  }

  private double ofDoubles(BsonNumber current) {
    double a = Numbers.toDouble(current);
    double b = Numbers.toDouble(argument);
    return kind == Kind.INC ? a + b : a * b;
  }

  private Decimal128 ofDecimals(BsonNumber current) {
    Decimal128 a = Numbers.toDecimal(argument);
    Decimal128 b = Numbers.toDecimal(current);
    return kind == Kind.INC ? Decimals.add(a, b) : Decimals.multiply(a, b);
  }
}
