package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.number.NumberText;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Operators on arrays that bind no variables. */
final class ArrayOperators {

  /** What the server reckons a range takes. */
  private static final long RANGE_BASE_BYTES = 24;

  private static final long RANGE_ELEMENT_BYTES = 16;
  private static final long MAX_RANGE_BYTES = 100L * 1024 * 1024;

  /** No document holds more elements. */
  private static final int MAX_ELEMENTS = 16 * 1024 * 1024;

  private ArrayOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.fixed("$arrayElemAt", 2, ArrayOperators::elementAt);
    table.add(OperatorTable.variadic("$concatArrays", ArrayOperators::concat).associative());
    table.fixed("$in", 2, ArrayOperators::in);
    table.add(
        OperatorTable.operator("$indexOfArray", 2, 4, ArrayOperators::indexOf)
            .rewriting(ArrayOperators::indexOfConstant));
    table.fixed(
        "$isArray", 1, operands -> BsonBoolean.valueOf(operands.get(0) instanceof BsonArray));
    table.ranged("$range", 2, 3, ArrayOperators::range);
    table.fixed("$reverseArray", 1, ArrayOperators::reverse);
    table.fixed("$size", 1, ArrayOperators::size);
    table.ranged("$slice", 2, 3, ArrayOperators::slice);
    table.since(4, 4);
    table.fixed("$first", 1, operands -> endOf(operands, true));
    table.fixed("$last", 1, operands -> endOf(operands, false));
  }

  private static @Nullable BsonValue elementAt(Operands operands) {
    BsonValue array = operands.present(0);
    BsonValue index = operands.present(1);
    if (array == null || index == null) {
      return BsonNull.VALUE;
    }
    if (!(array instanceof BsonArray elements)) {
      throw new CommandFailure(
          28_689,
          "$arrayElemAt's first argument must be an array, but is " + BsonTypes.name(array));
    }
    if (!Numbers.isNumber(index)) {
      throw new CommandFailure(
          28_690,
          "$arrayElemAt's second argument must be a numeric value, but is "
              + BsonTypes.name(index));
    }
    if (!Numbers.isInt(index)) {
      throw new CommandFailure(
          28_691,
          "$arrayElemAt's second argument must be representable as a 32-bit integer: "
              + NumberText.brief(Numbers.toDouble(index)));
    }
    int position = Numbers.toInt(index);
    position = position < 0 ? position + elements.size() : position;
    return position >= 0 && position < elements.size() ? elements.get(position) : null;
  }

  private static @Nullable BsonValue endOf(Operands operands, boolean atFront) {
    BsonValue array = operands.present(0);
    if (array == null) {
      return BsonNull.VALUE;
    }
    if (!(array instanceof BsonArray elements)) {
      throw new CommandFailure(
          28_689,
          operands.name() + "'s argument must be an array, but is " + BsonTypes.name(array));
    }
    if (elements.isEmpty()) {
      return null;
    }
    return elements.get(atFront ? 0 : elements.size() - 1);
  }

  private static BsonValue concat(Operands operands) {
    BsonArray all = new BsonArray();
    for (int i = 0; i < operands.size(); i++) {
      BsonValue array = operands.get(i);
      if (BsonTypes.isNullish(array)) {
        return BsonNull.VALUE;
      }
      if (!(array instanceof BsonArray elements)) {
        throw new CommandFailure(
            28_664, "$concatArrays only supports arrays, not " + BsonTypes.name(array));
      }
      if (all.size() + (long) elements.size() > MAX_ELEMENTS) {
        throw new CommandFailure(
            ErrorCode.EXCEEDED_MEMORY_LIMIT,
            "$concatArrays would make an array of more than %d elements".formatted(MAX_ELEMENTS));
      }
      all.addAll(elements);
    }
    return all;
  }

  private static BsonValue in(Operands operands) {
    BsonValue wanted = operands.get(0);
    BsonValue array = operands.get(1);
    if (!(array instanceof BsonArray elements)) {
      throw new CommandFailure(
          40_081, "$in requires an array as a second argument, found: " + BsonTypes.name(array));
    }
    for (BsonValue element : elements) {
      if (operands.order().equal(wanted, element)) {
        return BsonBoolean.TRUE;
      }
    }
    return BsonBoolean.FALSE;
  }

  private static BsonValue indexOf(Operands operands) {
    BsonValue array = operands.present(0);
    if (array == null) {
      return BsonNull.VALUE;
    }
    if (!(array instanceof BsonArray elements)) {
      throw new CommandFailure(
          40_090,
          "$indexOfArray requires an array as a first argument, found: " + BsonTypes.name(array));
    }
    return indexOf(elements, elements.size(), operands);
  }

  private static BsonValue indexOf(BsonArray elements, int limit, Operands operands) {
    int from = operands.size() > 2 ? index(operands.get(2), operands, "starting index") : 0;
    int to = limit;
    if (operands.size() > 3) {
      to = Math.min(to, index(operands.get(3), operands, "ending index"));
    }
    BsonValue wanted = operands.get(1);
    for (int i = from; i < to; i++) {
      if (operands.order().equal(elements.get(i), wanted)) {
        return new BsonInt32(i);
      }
    }
    return new BsonInt32(-1);
  }

  /** A whole number that is not negative, as the operators that search want it. */
  static int index(@Nullable BsonValue value, Operands operands, String role) {
    if (!Numbers.isInt(value)) {
      throw new CommandFailure(
          40_096,
          "%srequires an integral %s, found a value of type: %s, with value: %s"
              .formatted(operands.name(), role, BsonTypes.name(value), ValueText.value(value)));
    }
    int index = Coercions.toInt(value);
    if (index < 0) {
      throw new CommandFailure(
          40_097,
          "%s requires a nonnegative %s, found: %s"
              .formatted(operands.name(), role, ValueText.value(value)));
    }
    return index;
  }

  /**
   * With a constant array the server looks the value up in a map from each different element to its
   * positions, and takes the number of different elements for the length of the array.
   */
  private static Expression indexOfConstant(Operation operation) {
    if (!(operation.children().get(0) instanceof Constant constant)) {
      return operation;
    }
    BsonValue array = constant.value();
    if (BsonTypes.isNullish(array)) {
      return new Constant(BsonNull.VALUE);
    }
    if (!(array instanceof BsonArray elements)) {
      throw new CommandFailure(
          50_809,
          "First operand of $indexOfArray must be an array. First argument is of type: "
              + BsonTypes.name(array));
    }
    BsonOrder order = operation.context().order();
    Set<BsonOrder.Key> different = new HashSet<>();
    elements.forEach(element -> different.add(order.key(element)));
    return operation.with(operands -> indexOf(elements, different.size(), operands));
  }

  private static BsonValue range(Operands operands) {
    BsonValue start = operands.get(0);
    BsonValue end = operands.get(1);
    int from =
        bound(start, 34_443, "a numeric starting value, found value of type: ", "a starting");
    int to = bound(end, 34_445, "a numeric ending value, found value of type: ", "an ending");
    int step = 1;
    if (operands.size() == 3) {
      step = bound(operands.get(2), 34_447, "a numeric step value, found value of type:", "a step");
      if (step == 0) {
        throw new CommandFailure(34_449, "$range requires a non-zero step value");
      }
    }
    requireRangeFits(from, to, step);
    BsonArray range = new BsonArray();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      range.add(new BsonInt32((int) i));
    }
    return range;
  }

  private static void requireRangeFits(int from, int to, int step) {
    long steps = ((long) to - from) / step;
    long bytes = RANGE_BASE_BYTES + (steps >= 0 ? 1 + steps : 0) * RANGE_ELEMENT_BYTES;
    if (bytes >= MAX_RANGE_BYTES) {
      throw new CommandFailure(
          ErrorCode.EXCEEDED_MEMORY_LIMIT,
          "$range would use too much memory (%d bytes) and cannot spill to disk. Memory limit: %d bytes"
              .formatted(bytes, MAX_RANGE_BYTES));
    }
  }

  private static int bound(@Nullable BsonValue value, int code, String numeric, String role) {
    if (!Numbers.isNumber(value)) {
      throw new CommandFailure(code, "$range requires " + numeric + BsonTypes.name(value));
    }
    if (!Numbers.isInt(value)) {
      throw new CommandFailure(
          code + 1,
          "$range requires %s value that can be represented as a 32-bit integer, found value: %s"
              .formatted(role, ValueText.value(value)));
    }
    return Coercions.toInt(value);
  }

  private static BsonValue reverse(Operands operands) {
    BsonValue array = operands.present(0);
    if (array == null) {
      return BsonNull.VALUE;
    }
    if (!(array instanceof BsonArray elements)) {
      throw new CommandFailure(
          34_435,
          "The argument to $reverseArray must be an array, but was of type: "
              + BsonTypes.name(array));
    }
    BsonArray reversed = new BsonArray();
    List<BsonValue> values = elements.getValues();
    for (int i = values.size() - 1; i >= 0; i--) {
      reversed.add(values.get(i));
    }
    return reversed;
  }

  private static BsonValue size(Operands operands) {
    BsonValue array = operands.get(0);
    if (!(array instanceof BsonArray elements)) {
      throw new CommandFailure(
          17_124,
          "The argument to $size must be an array, but was of type: " + BsonTypes.name(array));
    }
    return new BsonInt32(elements.size());
  }

  private static BsonValue slice(Operands operands) {
    BsonValue array = operands.present(0);
    BsonValue first = operands.present(1);
    if (array == null || first == null) {
      return BsonNull.VALUE;
    }
    if (!(array instanceof BsonArray elements)) {
      throw new CommandFailure(
          28_724,
          "First argument to $slice must be an array, but is of type: " + BsonTypes.name(array));
    }
    if (!Numbers.isNumber(first)) {
      throw new CommandFailure(
          28_725,
          "Second argument to $slice must be a numeric value, but is of type: "
              + BsonTypes.name(first));
    }
    requireInt(first, 28_726, "Second");
    int size = elements.size();
    int number = Numbers.toInt(first);
    if (operands.size() == 2) {
      return number >= 0
          ? part(elements, 0, Math.min(size, number))
          : part(elements, Math.max(0, size + number), size);
    }
    int start = number < 0 ? Math.max(0, size + number) : Math.min(size, number);
    BsonValue count = operands.present(2);
    if (count == null) {
      return BsonNull.VALUE;
    }
    if (!Numbers.isNumber(count)) {
      throw new CommandFailure(
          28_727,
          "Third argument to $slice must be numeric, but is of type: " + BsonTypes.name(count));
    }
    requireInt(count, 28_728, "Third");
    if (Numbers.toInt(count) <= 0) {
      throw new CommandFailure(
          28_729, "Third argument to $slice must be positive: " + Numbers.toInt(count));
    }
    return part(elements, start, (int) Math.min(size, (long) start + Numbers.toInt(count)));
  }

  private static void requireInt(BsonValue number, int code, String which) {
    if (!Numbers.isInt(number)) {
      throw new CommandFailure(
          code,
          "%s argument to $slice can't be represented as a 32-bit integer: %s"
              .formatted(which, NumberText.brief(Numbers.toDouble(number))));
    }
  }

  private static BsonArray part(BsonArray elements, int from, int to) {
    return new BsonArray(elements.getValues().subList(from, to));
  }
}
