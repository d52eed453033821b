package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonInt32;
import org.bson.BsonValue;

/** Logic and comparison. */
final class BooleanOperators {

  /** Whether a comparison holds, given the order of its operands. */
  @FunctionalInterface
  private interface Outcome {
    boolean holds(int compared);
  }

  private BooleanOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.add(junction("$and", false));
    table.add(junction("$or", true));
    table.fixed("$not", 1, operands -> BsonBoolean.valueOf(!Coercions.isTrue(operands.get(0))));
    table.fixed("$allElementsTrue", 1, operands -> elements(operands, 17_040, false));
    table.fixed("$anyElementTrue", 1, operands -> elements(operands, 17_041, true));
    table.fixed("$cmp", 2, operands -> new BsonInt32(compare(operands)));
    comparison(table, "$eq", compared -> compared == 0);
    comparison(table, "$ne", compared -> compared != 0);
    comparison(table, "$gt", compared -> compared > 0);
    comparison(table, "$gte", compared -> compared >= 0);
    comparison(table, "$lt", compared -> compared < 0);
    comparison(table, "$lte", compared -> compared <= 0);
  }

  private static void comparison(OperatorTable.Builder table, String name, Outcome outcome) {
    table.fixed(name, 2, operands -> BsonBoolean.valueOf(outcome.holds(compare(operands))));
  }

  private static int compare(Operands operands) {
    return Integer.signum(operands.order().compare(operands.get(0), operands.get(1)));
  }

  /**
   * {@code $and} or {@code $or}.
   *
   * @param decisive the operand that decides the result
   */
  private static Operation.Operator junction(String name, boolean decisive) {
    return OperatorTable.variadic(
            name, operands -> BsonBoolean.valueOf(decisive == isDecided(operands, decisive)))
        .commutative()
        .rewriting(operation -> withoutConstant(operation, decisive));
  }

  private static boolean isDecided(Operands operands, boolean decisive) {
    for (int i = 0; i < operands.size(); i++) {
      if (Coercions.isTrue(operands.get(i)) == decisive) {
        return true;
      }
    }
    return false;
  }

  /** Drops the constant that comes last, or is decided by it. */
  private static Expression withoutConstant(Operation operation, boolean decisive) {
    ImmutableList<Expression> operands = operation.children();
    if (!(operands.get(operands.size() - 1) instanceof Constant constant)) {
      return operation;
    }
    if (Coercions.isTrue(constant.value()) == decisive) {
      return new Constant(BsonBoolean.valueOf(decisive));
    }
    return operation.with(operands.subList(0, operands.size() - 1));
  }

  private static BsonValue elements(Operands operands, int code, boolean decisive) {
    BsonValue array = operands.get(0);
    if (!(array instanceof BsonArray values)) {
      throw new CommandFailure(
          code, operands.name() + "'s argument must be an array, but is " + BsonTypes.name(array));
    }
    List<BsonValue> all = values;
    boolean decided = all.stream().anyMatch(value -> Coercions.isTrue(value) == decisive);
    return BsonBoolean.valueOf(decided == decisive);
  }
}
