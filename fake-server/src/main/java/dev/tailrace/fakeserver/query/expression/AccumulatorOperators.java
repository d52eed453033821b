package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.accumulator.Accumulator;
import dev.tailrace.fakeserver.query.accumulator.Average;
import dev.tailrace.fakeserver.query.accumulator.Best;
import dev.tailrace.fakeserver.query.accumulator.Collecting;
import dev.tailrace.fakeserver.query.accumulator.Extreme;
import dev.tailrace.fakeserver.query.accumulator.StandardDeviation;
import dev.tailrace.fakeserver.query.accumulator.Sum;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Accumulators as expressions: over their operands, or over the elements of a single array. */
final class AccumulatorOperators {

  private static final ImmutableMap<String, Accumulator.Factory> FACTORIES =
      ImmutableMap.<String, Accumulator.Factory>builder()
          .put("$avg", order -> new Average())
          .put("$max", Extreme::largest)
          .put("$mergeObjects", order -> Collecting.mergeObjects())
          .put("$min", Extreme::smallest)
          .put("$stdDevPop", order -> new StandardDeviation(false))
          .put("$stdDevSamp", order -> new StandardDeviation(true))
          .put("$sum", order -> new Sum())
          .buildOrThrow();

  private AccumulatorOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.add(operator("$avg"));
    table.add(operator("$max").commutative());
    table.add(operator("$mergeObjects"));
    table.add(operator("$min").commutative());
    table.add(operator("$stdDevPop"));
    table.add(operator("$stdDevSamp"));
    table.add(operator("$sum").commutative());
    table.since(5, 2);
    for (String name : List.of("$firstN", "$lastN", "$minN", "$maxN")) {
      table.add(name, (argument, scope) -> parseCounted(name, argument, scope));
    }
    table.since(7, 0);
    table.add("$median", (argument, scope) -> parsePercentiles("$median", argument, scope));
    table.add("$percentile", (argument, scope) -> parsePercentiles("$percentile", argument, scope));
  }

  private static Expression parseCounted(String name, BsonValue argument, ParseScope scope) {
    CountedArguments arguments = CountedArguments.parse(name, argument, scope);
    BsonOrder order = scope.context().order();
    return new NamedOperation(
        ImmutableMap.of("n", arguments.n(), "input", arguments.input()),
        given -> {
          int count = CountedArguments.count(given.get("n"));
          if (!(given.get("input") instanceof BsonArray array)) {
            throw new CommandFailure(5_788_200, "Input must be an array");
          }
          Accumulator accumulator = Best.named(name, count, order);
          array.forEach(accumulator::add);
          return accumulator.result();
        },
        scope.context(),
        true);
  }

  private static Expression parsePercentiles(String name, BsonValue argument, ParseScope scope) {
    int notAnObject = name.equals("$median") ? 7_436_201 : 7_436_200;
    PercentileArguments arguments = PercentileArguments.parse(name, notAnObject, argument, scope);
    return NamedOperation.ofOne(
        "input",
        arguments.input(),
        given -> {
          Accumulator accumulator = arguments.start();
          addAll(given.get("input"), accumulator);
          return accumulator.result();
        },
        scope.context());
  }

  /** Adds the elements of an array, or what is no array itself. */
  private static void addAll(@Nullable BsonValue value, Accumulator accumulator) {
    if (value instanceof BsonArray array) {
      array.forEach(accumulator::add);
    } else {
      accumulator.add(value);
    }
  }

  static boolean isAccumulator(String name) {
    return FACTORIES.containsKey(name);
  }

  private static Operation.Operator operator(String name) {
    return OperatorTable.variadic(name, AccumulatorOperators::accumulate);
  }

  private static @Nullable BsonValue accumulate(Operands operands) {
    Accumulator.Factory factory = FACTORIES.get(operands.name());
    if (factory == null) {
      throw new IllegalArgumentException(operands.name());
    }
    Accumulator accumulator = factory.create(operands.order());
    if (operands.size() == 1) {
      addAll(operands.get(0), accumulator);
    } else {
      for (int i = 0; i < operands.size(); i++) {
        accumulator.add(operands.get(i));
      }
    }
    return accumulator.result();
  }
}
