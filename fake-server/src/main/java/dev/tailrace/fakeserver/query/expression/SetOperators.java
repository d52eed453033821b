package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Operators that take arrays for sets. */
final class SetOperators {

  private SetOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.fixed("$setDifference", 2, SetOperators::difference);
    table.add("$setEquals", SetOperators::parseEqual);
    table.add(OperatorTable.variadic("$setIntersection", SetOperators::intersection).commutative());
    table.add(
        OperatorTable.operator("$setIsSubset", 2, 2, operands -> isSubset(operands, 17_046))
            .rewriting(SetOperators::isSubsetOfConstant));
    table.add(OperatorTable.variadic("$setUnion", SetOperators::union).commutative());
  }

  private static Set<BsonValue> set(Operands operands) {
    return new TreeSet<>(operands.order());
  }

  private static BsonArray operand(@Nullable BsonValue value, int code, String message) {
    if (value instanceof BsonArray array) {
      return array;
    }
    throw new CommandFailure(code, message + BsonTypes.name(value));
  }

  private static BsonValue difference(Operands operands) {
    BsonValue left = operands.get(0);
    BsonValue right = operands.get(1);
    if (BsonTypes.isNullish(left) || BsonTypes.isNullish(right)) {
      return BsonNull.VALUE;
    }
    String both = "both operands of $setDifference must be arrays. ";
    BsonArray from = operand(left, 17_048, both + "First argument is of type: ");
    Set<BsonValue> seen = set(operands);
    seen.addAll(operand(right, 17_049, both + "Second argument is of type: "));
    BsonArray difference = new BsonArray();
    for (BsonValue value : from) {
      if (seen.add(value)) {
        difference.add(value);
      }
    }
    return difference;
  }

  private static Expression parseEqual(BsonValue argument, ParseScope scope) {
    int count = argument instanceof BsonArray array ? array.size() : 1;
    Expression parsed =
        OperatorTable.variadic("$setEquals", SetOperators::equal).parse(argument, scope);
    if (count < 2) {
      throw new CommandFailure(17_045, "$setEquals needs at least two arguments had: " + count);
    }
    return parsed;
  }

  private static BsonValue equal(Operands operands) {
    String message = "All operands of $setEquals must be arrays. One argument is of type: ";
    Set<BsonValue> first = set(operands);
    first.addAll(operand(operands.get(0), 17_044, message));
    for (int i = 1; i < operands.size(); i++) {
      Set<BsonValue> other = set(operands);
      other.addAll(operand(operands.get(i), 17_044, message));
      if (first.size() != other.size() || !first.containsAll(other)) {
        return BsonBoolean.FALSE;
      }
    }
    return BsonBoolean.TRUE;
  }

  private static BsonValue intersection(Operands operands) {
    Set<BsonValue> common = set(operands);
    for (int i = 0; i < operands.size(); i++) {
      BsonValue value = operands.get(i);
      if (BsonTypes.isNullish(value)) {
        return BsonNull.VALUE;
      }
      BsonArray array =
          operand(
              value,
              17_047,
              "All operands of $setIntersection must be arrays. One argument is of type: ");
      if (i == 0) {
        common.addAll(array);
      } else if (!common.isEmpty()) {
        common = smallerOfCommon(common, array, operands);
      }
    }
    return new BsonArray(new ArrayList<>(common));
  }

  /** Keeps the values of the smaller set, which shows where equal values look different. */
  private static Set<BsonValue> smallerOfCommon(
      Set<BsonValue> common, BsonArray array, Operands operands) {
    Set<BsonValue> other = set(operands);
    other.addAll(array);
    Set<BsonValue> smaller = common.size() > other.size() ? other : common;
    Set<BsonValue> larger = common.size() > other.size() ? common : other;
    smaller.removeIf(value -> !larger.contains(value));
    return smaller;
  }

  private static BsonValue isSubset(Operands operands, int code) {
    BsonValue left = operands.get(0);
    BsonValue right = operands.get(1);
    String both = "both operands of $setIsSubset must be arrays. ";
    List<BsonValue> part = operand(left, code, both + "First argument is of type: ");
    Set<BsonValue> whole = set(operands);
    whole.addAll(operand(right, 17_042, both + "Second argument is of type: "));
    return BsonBoolean.valueOf(whole.containsAll(part));
  }

  /** The server treats a constant right side apart, with error codes of its own. */
  private static Expression isSubsetOfConstant(Operation operation) {
    if (!(operation.children().get(1) instanceof Constant constant)) {
      return operation;
    }
    operand(
        constant.value(),
        17_311,
        "both operands of $setIsSubset must be arrays. Second argument is of type: ");
    return operation.with(operands -> isSubset(operands, 17_310));
  }

  private static BsonValue union(Operands operands) {
    Set<BsonValue> all = set(operands);
    for (int i = 0; i < operands.size(); i++) {
      BsonValue value = operands.get(i);
      if (BsonTypes.isNullish(value)) {
        return BsonNull.VALUE;
      }
      all.addAll(
          operand(
              value,
              17_043,
              "All operands of $setUnion must be arrays. One argument is of type: "));
    }
    return new BsonArray(new ArrayList<>(all));
  }
}
