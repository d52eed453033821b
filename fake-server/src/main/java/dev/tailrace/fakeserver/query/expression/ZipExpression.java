package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code {$zip: {inputs: [ARRAY, ...], useLongestLength: BOOL, defaults: [EXPRESSION, ...]}}}:
 * arrays turned into rows.
 */
final class ZipExpression extends Expression {

  private final ImmutableList<Expression> inputs;
  private final ImmutableList<Expression> defaults;
  private final boolean useLongestLength;

  private ZipExpression(
      ImmutableList<Expression> inputs,
      ImmutableList<Expression> defaults,
      boolean useLongestLength) {
    this.inputs = inputs;
    this.defaults = defaults;
    this.useLongestLength = useLongestLength;
  }

  static Expression parseZip(BsonValue argument, ParseScope scope) {
    if (!(argument instanceof BsonDocument object)) {
      throw new CommandFailure(
          34_460, "$zip only supports an object as an argument, found " + BsonTypes.name(argument));
    }
    ImmutableList<Expression> inputs = ImmutableList.of();
    ImmutableList<Expression> defaults = ImmutableList.of();
    boolean useLongestLength = false;
    for (String name : object.keySet()) {
      BsonValue value = object.get(name);
      switch (name) {
        case "inputs" -> inputs = expressions(value, 34_461, name, scope);
        case "defaults" -> defaults = expressions(value, 34_462, name, scope);
        case "useLongestLength" -> {
          if (!value.isBoolean()) {
            // The server names the type of the whole argument here.
            throw new CommandFailure(34_463, "useLongestLength must be a bool, found object");
          }
          useLongestLength = value.asBoolean().getValue();
        }
        default -> throw new CommandFailure(34_464, "$zip found an unknown argument: " + name);
      }
    }
    if (inputs.isEmpty()) {
      throw new CommandFailure(34_465, "$zip requires at least one input array");
    }
    if (!useLongestLength && !defaults.isEmpty()) {
      throw new CommandFailure(34_466, "cannot specify defaults unless useLongestLength is true");
    }
    if (!defaults.isEmpty() && defaults.size() != inputs.size()) {
      throw new CommandFailure(34_467, "defaults and inputs must have the same length");
    }
    return new ZipExpression(inputs, defaults, useLongestLength);
  }

  private static ImmutableList<Expression> expressions(
      BsonValue value, int code, String name, ParseScope scope) {
    if (!(value instanceof BsonArray array)) {
      throw new CommandFailure(
          code, name + " must be an array of expressions, found " + BsonTypes.name(value));
    }
    ImmutableList.Builder<Expression> expressions = ImmutableList.builder();
    array.forEach(element -> expressions.add(Expression.parse(element, scope)));
    return expressions.build();
  }

  @Override
  public BsonValue evaluate(Scope scope) {
    List<BsonArray> columns = new ArrayList<>();
    int shortest = Integer.MAX_VALUE;
    int longest = 0;
    for (Expression input : inputs) {
      BsonValue value = BsonTypes.present(input.evaluate(scope));
      if (value == null) {
        return BsonNull.VALUE;
      }
      if (!(value instanceof BsonArray array)) {
        throw new CommandFailure(
            34_468, "$zip found a non-array expression in input: " + ValueText.value(value));
      }
      columns.add(array);
      shortest = Math.min(shortest, array.size());
      longest = Math.max(longest, array.size());
    }
    List<BsonValue> fillers = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      boolean needed = shortest != longest && i < defaults.size();
      fillers.add(orNull(needed ? defaults.get(i).evaluate(scope) : null));
    }
    BsonArray rows = new BsonArray();
    for (int row = 0; row < (useLongestLength ? longest : shortest); row++) {
      rows.add(row(columns, fillers, row));
    }
    return rows;
  }

  private static BsonArray row(List<BsonArray> columns, List<BsonValue> fillers, int row) {
    BsonArray cells = new BsonArray();
    for (int i = 0; i < columns.size(); i++) {
      BsonArray column = columns.get(i);
      cells.add(row < column.size() ? column.get(row) : fillers.get(i));
    }
    return cells;
  }

  private static BsonValue orNull(@Nullable BsonValue value) {
    return value == null ? BsonNull.VALUE : value;
  }

  @Override
  public Expression optimized() {
    return new ZipExpression(optimized(inputs), optimized(defaults), useLongestLength);
  }

  private static ImmutableList<Expression> optimized(List<Expression> expressions) {
    return expressions.stream().map(Expression::optimized).collect(ImmutableList.toImmutableList());
  }

  @Override
  List<Expression> children() {
    return ImmutableList.<Expression>builder().addAll(inputs).addAll(defaults).build();
  }
}
