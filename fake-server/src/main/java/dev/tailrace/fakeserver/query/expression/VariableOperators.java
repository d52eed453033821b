package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Operators that bind variables: {@code $let}, {@code $map}, {@code $filter}, {@code $reduce}. */
final class VariableOperators {

  private VariableOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.add("$let", Let::parseLet);
    table.add("$map", Each::parseMap);
    table.add("$filter", Each::parseFilter);
    table.add("$reduce", Reduce::parseReduce);
  }

  /** The name given as {@code as}; what is not a string counts as empty. */
  private static ParseScope.Variable element(ArgumentParser arguments) {
    BsonValue as = arguments.raw("as");
    if (as == null) {
      return ParseScope.variable("this");
    }
    return ParseScope.variable(as.isString() ? as.asString().getValue() : "");
  }

  /** {@code {$let: {vars: {a: EXPRESSION, ...}, in: EXPRESSION}}}. */
  private static final class Let extends Expression {
    private final ImmutableMap<ParseScope.Variable, Expression> variables;
    private final Expression in;

    private Let(ImmutableMap<ParseScope.Variable, Expression> variables, Expression in) {
      this.variables = variables;
      this.in = in;
    }

    static Expression parseLet(BsonValue argument, ParseScope scope) {
      ArgumentParser arguments =
          ArgumentParser.of(
                  argument,
                  List.of("vars", "in"),
                  other ->
                      new CommandFailure(16_874, "$let only supports an object as its argument"),
                  name -> new CommandFailure(16_875, "Unrecognized parameter to $let: " + name))
              .require("vars", 16_876, "Missing 'vars' parameter to $let")
              .require("in", 16_877, "Missing 'in' parameter to $let");
      if (!(arguments.raw("vars") instanceof BsonDocument vars)) {
        throw new CommandFailure(10_065, "invalid parameter: expected an object (vars)");
      }
      ImmutableMap.Builder<ParseScope.Variable, Expression> variables = ImmutableMap.builder();
      ParseScope inner = scope;
      for (Map.Entry<String, BsonValue> entry : vars.entrySet()) {
        Expression value = Expression.parse(entry.getValue(), scope);
        ParseScope.Variable variable = ParseScope.variable(entry.getKey());
        variables.put(variable, value);
        inner = inner.with(variable);
      }
      return new Let(variables.buildOrThrow(), arguments.parse("in", inner));
    }

    @Override
    public @Nullable BsonValue evaluate(Scope scope) {
      Scope inner = scope;
      for (Map.Entry<ParseScope.Variable, Expression> variable : variables.entrySet()) {
        inner = inner.with(variable.getKey(), variable.getValue().evaluate(scope));
      }
      return in.evaluate(inner);
    }

    @Override
    public Expression optimized() {
      if (variables.isEmpty()) {
        return in.optimized();
      }
      ImmutableMap.Builder<ParseScope.Variable, Expression> optimized = ImmutableMap.builder();
      variables.forEach((variable, value) -> optimized.put(variable, value.optimized()));
      return new Let(optimized.buildOrThrow(), in.optimized());
    }

    @Override
    List<Expression> children() {
      return ImmutableList.<Expression>builder().addAll(variables.values()).add(in).build();
    }
  }

  /** {@code $map} and {@code $filter}: something for each element of an array. */
  private static final class Each extends Expression {

    /** The codes and names in which the two differ. */
    private enum Kind {
      MAP("$map", "in", 16_883),
      FILTER("$filter", "cond", 28_651);

      private final String operator;
      private final String body;
      private final int notAnArray;

      Kind(String operator, String body, int notAnArray) {
        this.operator = operator;
        this.body = body;
        this.notAnArray = notAnArray;
      }
    }

    private final Kind kind;
    private final Expression input;
    private final ParseScope.Variable variable;
    private final Expression body;
    private final @Nullable Expression limit;

    private Each(
        Kind kind,
        Expression input,
        ParseScope.Variable variable,
        Expression body,
        @Nullable Expression limit) {
      this.kind = kind;
      this.input = input;
      this.variable = variable;
      this.body = body;
      this.limit = limit;
    }

    static Expression parseMap(BsonValue argument, ParseScope scope) {
      ArgumentParser arguments =
          ArgumentParser.of(
                  argument,
                  List.of("input", "as", "in"),
                  other ->
                      new CommandFailure(16_878, "$map only supports an object as its argument"),
                  name -> new CommandFailure(16_879, "Unrecognized parameter to $map: " + name))
              .require("input", 16_880, "Missing 'input' parameter to $map")
              .require("in", 16_882, "Missing 'in' parameter to $map");
      return parseEach(Kind.MAP, arguments, scope);
    }

    static Expression parseFilter(BsonValue argument, ParseScope scope) {
      List<String> names =
          scope.context().atLeast(5, 2)
              ? List.of("input", "as", "cond", "limit")
              : List.of("input", "as", "cond");
      ArgumentParser arguments =
          ArgumentParser.of(
                  argument,
                  names,
                  other ->
                      new CommandFailure(28_646, "$filter only supports an object as its argument"),
                  name -> new CommandFailure(28_647, "Unrecognized parameter to $filter: " + name))
              .require("input", 28_648, "Missing 'input' parameter to $filter")
              .require("cond", 28_650, "Missing 'cond' parameter to $filter");
      return parseEach(Kind.FILTER, arguments, scope);
    }

    private static Expression parseEach(Kind kind, ArgumentParser arguments, ParseScope scope) {
      Expression input = arguments.parse("input", scope);
      ParseScope.Variable variable = element(arguments);
      Expression body = arguments.parse(kind.body, scope.with(variable));
      Expression limit = arguments.has("limit") ? arguments.parse("limit", scope) : null;
      return new Each(kind, input, variable, body, limit);
    }

    @Override
    public BsonValue evaluate(Scope scope) {
      BsonValue value = input.evaluate(scope);
      if (BsonTypes.isNullish(value)) {
        return BsonNull.VALUE;
      }
      if (!(value instanceof BsonArray array)) {
        throw new CommandFailure(
            kind.notAnArray,
            "input to " + kind.operator + " must be an array not " + BsonTypes.name(value));
      }
      int most = limit == null ? Integer.MAX_VALUE : limit(limit.evaluate(scope));
      BsonArray result = new BsonArray();
      for (BsonValue element : array) {
        BsonValue outcome = body.evaluate(scope.with(variable, element));
        if (kind == Kind.MAP) {
          result.add(outcome == null ? BsonNull.VALUE : outcome);
        } else if (Coercions.isTrue(outcome)) {
          result.add(element);
          if (result.size() >= most) {
            break;
          }
        }
      }
      return result;
    }

    private static int limit(@Nullable BsonValue value) {
      if (BsonTypes.isNullish(value)) {
        return Integer.MAX_VALUE;
      }
      if (!Numbers.isInt(value)) {
        throw new CommandFailure(
            327_391,
            "$filter: limit must be represented as a 32-bit integral value: "
                + ValueText.value(value));
      }
      int limit = Coercions.toInt(value);
      if (limit <= 0) {
        throw new CommandFailure(327_392, "$filter: limit must be greater than 0: " + limit);
      }
      return limit;
    }

    @Override
    public Expression optimized() {
      Expression optimizedLimit = limit == null ? null : limit.optimized();
      return new Each(kind, input.optimized(), variable, body.optimized(), optimizedLimit);
    }

    @Override
    List<Expression> children() {
      return limit == null ? List.of(input, body) : List.of(input, body, limit);
    }
  }

  /** {@code {$reduce: {input: ARRAY, initialValue: EXPRESSION, in: EXPRESSION}}}. */
  private static final class Reduce extends Expression {
    private final Expression input;
    private final Expression initial;
    private final Expression in;
    private final ParseScope.Variable element;
    private final ParseScope.Variable value;

    private Reduce(
        Expression input,
        Expression initial,
        Expression in,
        ParseScope.Variable element,
        ParseScope.Variable value) {
      this.input = input;
      this.initial = initial;
      this.in = in;
      this.element = element;
      this.value = value;
    }

    static Expression parseReduce(BsonValue argument, ParseScope scope) {
      ArgumentParser arguments =
          ArgumentParser.of(
                  argument,
                  List.of("input", "initialValue", "in"),
                  other ->
                      new CommandFailure(
                          40_075,
                          "$reduce requires an object as an argument, found: "
                              + BsonTypes.name(other)),
                  name -> new CommandFailure(40_076, "$reduce found an unknown argument: " + name))
              .require("input", 40_077, "$reduce requires 'input' to be specified")
              .require("initialValue", 40_078, "$reduce requires 'initialValue' to be specified")
              .require("in", 40_079, "$reduce requires 'in' to be specified");
      ParseScope.Variable element = ParseScope.bound("this");
      ParseScope.Variable value = ParseScope.bound("value");
      return new Reduce(
          arguments.parse("input", scope),
          arguments.parse("initialValue", scope),
          arguments.parse("in", scope.with(element).with(value)),
          element,
          value);
    }

    @Override
    public @Nullable BsonValue evaluate(Scope scope) {
      BsonValue array = input.evaluate(scope);
      if (BsonTypes.isNullish(array)) {
        return BsonNull.VALUE;
      }
      if (!(array instanceof BsonArray elements)) {
        throw new CommandFailure(
            40_080, "$reduce requires that 'input' be an array, found: " + ValueText.value(array));
      }
      BsonValue accumulated = initial.evaluate(scope);
      for (BsonValue each : elements) {
        accumulated = in.evaluate(scope.with(element, each).with(value, accumulated));
      }
      return accumulated;
    }

    @Override
    public Expression optimized() {
      return new Reduce(input.optimized(), initial.optimized(), in.optimized(), element, value);
    }

    @Override
    List<Expression> children() {
      return List.of(input, initial, in);
    }
  }
}
