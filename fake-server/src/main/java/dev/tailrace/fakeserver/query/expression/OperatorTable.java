package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.query.QueryContext;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** All expression operators by name, with the release that brought each. */
final class OperatorTable {

  /** Reads an operator's argument. */
  @FunctionalInterface
  interface Parser {
    Expression parse(BsonValue argument, ParseScope scope);
  }

  private record Entry(int major, int minor, Parser parser) {}

  private static final ImmutableMap<String, Entry> OPERATORS = all();

  private OperatorTable() {}

  private static ImmutableMap<String, Entry> all() {
    Builder table = new Builder();
    AccumulatorOperators.register(table);
    ArithmeticOperators.register(table);
    ArrayOperators.register(table);
    BitOperators.register(table);
    BooleanOperators.register(table);
    ConditionalOperators.register(table);
    ConvertOperator.register(table);
    DateMathOperators.register(table);
    DateOperators.register(table);
    DatePartOperators.register(table);
    FieldOperators.register(table);
    NumericFunctions.register(table);
    ObjectOperators.register(table);
    RegexOperators.register(table);
    SetOperators.register(table);
    SortArrayOperator.register(table);
    SpecialOperators.register(table);
    StringOperators.register(table);
    TextOperators.register(table);
    TimestampOperators.register(table);
    TrigonometricOperators.register(table);
    TypeOperators.register(table);
    VariableOperators.register(table);
    table.since(4, 2).add("$zip", ZipExpression::parseZip);
    return table.entries.buildOrThrow();
  }

  static boolean contains(String name, QueryContext context) {
    Entry entry = OPERATORS.get(name);
    return entry != null && context.atLeast(entry.major, entry.minor);
  }

  static Expression parse(String name, BsonValue argument, ParseScope scope) {
    @Nullable Entry entry = OPERATORS.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("no operator " + name);
    }
    return entry.parser.parse(argument, scope);
  }

  /** Collects operators; each family registers its own. */
  static final class Builder {
    private final ImmutableMap.Builder<String, Entry> entries = ImmutableMap.builder();
    private int major = 4;
    private int minor = 2;

    /** What is registered from here on came with that release. */
    Builder since(int newMajor, int newMinor) {
      major = newMajor;
      minor = newMinor;
      return this;
    }

    Builder add(String name, Parser parser) {
      entries.put(name, new Entry(major, minor, parser));
      return this;
    }

    Builder add(Operation.Operator operator) {
      return add(operator.name(), operator::parse);
    }

    /** An operator with exactly so many operands. */
    Builder fixed(String name, int arity, Operation.Body body) {
      return ranged(name, arity, arity, body);
    }

    Builder ranged(String name, int least, int most, Operation.Body body) {
      return add(operator(name, least, most, body));
    }

    /** An operator with any number of operands. */
    Builder variadic(String name, Operation.Body body) {
      return ranged(name, 0, Operation.Operator.ANY, body);
    }
  }

  static Operation.Operator variadic(String name, Operation.Body body) {
    return operator(name, 0, Operation.Operator.ANY, body);
  }

  static Operation.Operator operator(String name, int least, int most, Operation.Body body) {
    return new Operation.Operator(name, least, most, false, false, body, Operation.Rewrite.NONE);
  }
}
