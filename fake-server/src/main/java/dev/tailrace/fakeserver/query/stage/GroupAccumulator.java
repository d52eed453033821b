package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.accumulator.Accumulator;
import dev.tailrace.fakeserver.query.accumulator.Average;
import dev.tailrace.fakeserver.query.accumulator.Best;
import dev.tailrace.fakeserver.query.accumulator.Collecting;
import dev.tailrace.fakeserver.query.accumulator.Extreme;
import dev.tailrace.fakeserver.query.accumulator.StandardDeviation;
import dev.tailrace.fakeserver.query.accumulator.Sum;
import dev.tailrace.fakeserver.query.expression.CountedArguments;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.expression.ParseScope;
import dev.tailrace.fakeserver.query.expression.PercentileArguments;
import dev.tailrace.fakeserver.query.sort.SortOrder;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * An accumulator as {@code $group} takes it, {@code {$sum: EXPRESSION}}: what it is given of each
 * document, and how it starts for each group.
 */
final class GroupAccumulator {

  /** How an accumulator starts for a group. */
  @FunctionalInterface
  private interface Start {
    /**
     * A new accumulator.
     *
     * @param group the group's {@code _id} as a document
     */
    Accumulator create(BsonDocument group);
  }

  /** Accumulators with one expression for an argument. */
  private static final ImmutableMap<String, Accumulator.Factory> SIMPLE =
      ImmutableMap.<String, Accumulator.Factory>builder()
          .put("$addToSet", Collecting::addToSet)
          .put("$avg", order -> new Average())
          .put("$first", order -> Collecting.first())
          .put("$last", order -> Collecting.last())
          .put("$max", Extreme::largest)
          .put("$mergeObjects", order -> Collecting.mergeObjects())
          .put("$min", Extreme::smallest)
          .put("$push", order -> Collecting.push())
          .put("$stdDevPop", order -> new StandardDeviation(false))
          .put("$stdDevSamp", order -> new StandardDeviation(true))
          .put("$sum", order -> new Sum())
          .buildOrThrow();

  private static final ImmutableSet<String> SINCE_5_2 =
      ImmutableSet.of(
          "$bottom", "$bottomN", "$firstN", "$lastN", "$maxN", "$minN", "$top", "$topN");

  private static final ImmutableSet<String> SINCE_7_0 = ImmutableSet.of("$median", "$percentile");

  private final Expression argument;
  private final Start start;

  private GroupAccumulator(Expression argument, Start start) {
    this.argument = argument;
    this.start = start;
  }

  /** Whether the release has an accumulator of that name. */
  static boolean exists(String name, QueryContext context) {
    return SIMPLE.containsKey(name)
        || (name.equals("$accumulator") && context.atLeast(4, 4))
        || (name.equals("$count") && context.atLeast(5, 0))
        || (SINCE_5_2.contains(name) && context.atLeast(5, 2))
        || (SINCE_7_0.contains(name) && context.atLeast(7, 0));
  }

  static GroupAccumulator parse(String name, BsonValue argument, QueryContext context) {
    Accumulator.Factory factory = SIMPLE.get(name);
    if (factory != null) {
      if (argument instanceof BsonArray) {
        throw new CommandFailure(40_237, "The " + name + " accumulator is a unary operator");
      }
      return new GroupAccumulator(
          Expression.parse(argument, context), group -> factory.create(context.order()));
    }
    return switch (name) {
      case "$count" -> counting(argument);
      case "$firstN", "$lastN", "$minN", "$maxN" -> ofInput(name, argument, context);
      case "$top", "$bottom", "$topN", "$bottomN" -> ofSorted(name, argument, context);
      case "$median", "$percentile" -> percentiles(name, argument, context);
      default ->
          throw new CommandFailure(
              ErrorCode.BAD_VALUE,
              "Cannot run server-side javascript without the javascript engine enabled");
    };
  }

  private static GroupAccumulator counting(BsonValue argument) {
    if (!(argument instanceof BsonDocument document) || !document.isEmpty()) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH, "$count takes no arguments, i.e. $count:{}");
    }
    return new GroupAccumulator(Expression.constant(new BsonInt32(1)), group -> new Sum());
  }

  private static GroupAccumulator ofInput(String name, BsonValue argument, QueryContext context) {
    CountedArguments arguments = CountedArguments.parse(name, argument, ParseScope.of(context));
    return new GroupAccumulator(
        arguments.input(),
        group ->
            Best.named(
                name, CountedArguments.count(arguments.n().evaluate(group)), context.order()));
  }

  /** {@code $topN} and its like see pairs of a sort key and an output. */
  private static GroupAccumulator ofSorted(String name, BsonValue argument, QueryContext context) {
    boolean single = !name.endsWith("N");
    BsonDocument options = options(name, single, argument);
    Expression n =
        single
            ? Expression.constant(new BsonInt32(1))
            : Expression.parse(required(options, "n", 5_788_003), context);
    Expression output = Expression.parse(required(options, "output", 5_788_004), context);
    SortOrder sort = sortBy(required(options, "sortBy", 5_788_005), context);
    Comparator<BsonValue> order =
        (a, b) -> sort.compareKeys(a.asArray().get(0).asArray(), b.asArray().get(0).asArray());
    return new GroupAccumulator(
        Expression.ofDocument(
            document ->
                new BsonArray(
                    List.of(new BsonArray(sort.key(document)), orNull(output.evaluate(document))))),
        group -> {
          int count = CountedArguments.count(n.evaluate(group));
          boolean top = name.startsWith("$top");
          return new Outputs(top ? Best.top(count, order) : Best.bottom(count, order), single);
        });
  }

  private static BsonDocument options(String name, boolean single, BsonValue argument) {
    if (!(argument instanceof BsonDocument document)) {
      throw new CommandFailure(
          5_788_001, "specification must be an object; found " + ElementText.field(name, argument));
    }
    for (String option : document.keySet()) {
      boolean known =
          option.equals("sortBy") || option.equals("output") || (option.equals("n") && !single);
      if (!known) {
        throw new CommandFailure(5_788_002, "Unknown argument to " + name + " '" + option + "'");
      }
    }
    return document;
  }

  private static BsonValue required(BsonDocument options, String name, int code) {
    BsonValue value = options.get(name);
    if (value == null) {
      throw new CommandFailure(code, "Missing value for '" + name + "'");
    }
    return value;
  }

  private static SortOrder sortBy(BsonValue value, QueryContext context) {
    if (!(value instanceof BsonDocument sortBy)) {
      throw new CommandFailure(10_065, "invalid parameter: expected an object (sortBy)");
    }
    if (sortBy.isEmpty() && context.atLeast(8, 1)) {
      throw new CommandFailure(9_657_900, "Value for 'sortBy' must be a non-empty object");
    }
    return SortOrder.parse(sortBy, context);
  }

  private static BsonValue orNull(@Nullable BsonValue value) {
    return value == null ? BsonNull.VALUE : value;
  }

  /** Keeps the best pairs and gives out their second halves. */
  private record Outputs(Best best, boolean single) implements Accumulator {
    @Override
    public void add(@Nullable BsonValue value) {
      best.add(value);
    }

    @Override
    public BsonValue result() {
      List<BsonValue> outputs = new ArrayList<>();
      best.result().asArray().forEach(pair -> outputs.add(pair.asArray().get(1)));
      if (single) {
        return outputs.isEmpty() ? BsonNull.VALUE : outputs.get(0);
      }
      return new BsonArray(outputs);
    }
  }

  private static GroupAccumulator percentiles(
      String name, BsonValue argument, QueryContext context) {
    int notAnObject = name.equals("$median") ? 7_436_100 : 7_429_703;
    PercentileArguments arguments =
        PercentileArguments.parse(name, notAnObject, argument, ParseScope.of(context));
    return new GroupAccumulator(arguments.input(), group -> arguments.start());
  }

  GroupAccumulator optimized() {
    return new GroupAccumulator(argument.optimized(), start);
  }

  /** A new accumulator for a group. */
  Accumulator create(BsonDocument group) {
    return start.create(group);
  }

  /** What a document adds. */
  @Nullable BsonValue argument(BsonDocument document) {
    return argument.evaluate(document);
  }

  /** Reads all accumulators of a stage's fields. */
  static ImmutableMap<String, GroupAccumulator> parseFields(
      Map<String, BsonValue> fields, QueryContext context) {
    ImmutableMap.Builder<String, GroupAccumulator> accumulators = ImmutableMap.builder();
    fields.forEach((name, value) -> accumulators.put(name, parseField(name, value, context)));
    return accumulators.buildOrThrow();
  }

  private static GroupAccumulator parseField(String field, BsonValue value, QueryContext context) {
    if (!(value instanceof BsonDocument object) || object.isEmpty()) {
      throw new CommandFailure(40_234, "The field '" + field + "' must be an accumulator object");
    }
    if (field.indexOf('.') >= 0) {
      throw new CommandFailure(40_235, "The field name '" + field + "' cannot contain '.'");
    }
    if (field.startsWith("$")) {
      throw new CommandFailure(40_236, "The field name '" + field + "' cannot be an operator name");
    }
    if (object.size() != 1) {
      throw new CommandFailure(40_238, "The field '" + field + "' must specify one accumulator");
    }
    String name = object.getFirstKey();
    if (!exists(name, context)) {
      throw new CommandFailure(15_952, "unknown group operator '" + name + "'");
    }
    return parse(name, object.get(name, BsonNull.VALUE), context);
  }
}
