package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code $bit}: one or several of {@code and}, {@code or}, {@code xor}, in their order. */
final class BitModifier extends ValueModifier {

  private record Step(String operator, BsonNumber operand) {

    BsonNumber apply(BsonNumber value) {
      long a = value.longValue();
      long b = operand.longValue();
      long result =
          switch (operator) {
            case "and" -> a & b;
            case "or" -> a | b;
            default -> a ^ b;
          };
      boolean isInt =
          value.getBsonType() == BsonType.INT32 && operand.getBsonType() == BsonType.INT32;
      return isInt ? new BsonInt32((int) result) : new BsonInt64(result);
    }
  }

  private final ImmutableList<Step> steps;

  private BitModifier(ImmutableList<Step> steps) {
    this.steps = steps;
  }

  static UpdateNode parse(String field, BsonValue argument, QueryContext context) {
    if (!(argument instanceof BsonDocument document)) {
      throw badValue(
          "The $bit modifier is not compatible with a %s. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}"
              .formatted(BsonTypes.name(argument)));
    }
    ImmutableList.Builder<Step> steps = ImmutableList.builder();
    document.forEach((operator, operand) -> steps.add(step(operator, operand)));
    if (document.isEmpty()) {
      throw badValue(
          "You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}");
    }
    return new BitModifier(steps.build());
  }

  private static Step step(String operator, BsonValue operand) {
    if (!operator.equals("and") && !operator.equals("or") && !operator.equals("xor")) {
      throw badValue(
          "The $bit modifier only supports 'and', 'or', and 'xor', not '%s' which is an unknown operator: {%s}"
              .formatted(operator, ElementText.field(operator, operand)));
    }
    if (!isInteger(operand)) {
      throw badValue(
          "The $bit modifier field must be an Integer(32/64 bit); a '%s' is not supported here: {%s}"
              .formatted(BsonTypes.name(operand), ElementText.field(operator, operand)));
    }
    return new Step(operator, operand.asNumber());
  }

  private static boolean isInteger(BsonValue value) {
    return value instanceof BsonInt32 || value instanceof BsonInt64;
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }

  @Override
  @Nullable BsonValue changed(Location location, Application application) {
    BsonValue current = location.value();
    if (!isInteger(current)) {
      throw badValue(
          "Cannot apply $bit to a value of non-integral type.%s has the field %s of non-integer type %s"
              .formatted(application.idText(), location.name(), BsonTypes.name(current)));
    }
    BsonNumber result = compute(current.asNumber());
    return result.equals(current) ? null : result;
  }

  @Override
  BsonValue initial(Application application) {
    return compute(new BsonInt32(0));
  }

  private BsonNumber compute(BsonNumber start) {
    BsonNumber value = start;
    for (Step step : steps) {
      value = step.apply(value);
    }
    return value;
  }
}
