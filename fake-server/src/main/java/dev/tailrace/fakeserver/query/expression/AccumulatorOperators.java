package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.query.accumulator.Accumulator;
import dev.tailrace.fakeserver.query.accumulator.Average;
import dev.tailrace.fakeserver.query.accumulator.Collecting;
import dev.tailrace.fakeserver.query.accumulator.Extreme;
import dev.tailrace.fakeserver.query.accumulator.StandardDeviation;
import dev.tailrace.fakeserver.query.accumulator.Sum;
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
      BsonValue only = operands.get(0);
      if (only instanceof BsonArray array) {
        array.forEach(accumulator::add);
      } else {
        accumulator.add(only);
      }
    } else {
      for (int i = 0; i < operands.size(); i++) {
        accumulator.add(operands.get(i));
      }
    }
    return accumulator.result();
  }
}
