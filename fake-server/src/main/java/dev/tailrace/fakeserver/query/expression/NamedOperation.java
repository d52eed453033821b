package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * An operator applied to named arguments: {@code {$trim: {input: A, chars: B}}}. Most are constant
 * if all given arguments are.
 */
final class NamedOperation extends Expression {

  /** What an operator does with its arguments. */
  @FunctionalInterface
  interface Body {
    /** The result; null if it is missing. */
    @Nullable BsonValue apply(Arguments arguments);
  }

  private final ImmutableMap<String, Expression> arguments;
  private final Body body;
  private final QueryContext context;
  private final boolean folds;

  /**
   * An operation.
   *
   * @param folds whether it is computed ahead if all given arguments are constant
   */
  NamedOperation(
      ImmutableMap<String, Expression> arguments, Body body, QueryContext context, boolean folds) {
    this.arguments = arguments;
    this.body = body;
    this.context = context;
    this.folds = folds;
  }

  /** An operation with one argument, given by itself. */
  static NamedOperation ofOne(String name, Expression argument, Body body, QueryContext context) {
    return new NamedOperation(ImmutableMap.of(name, argument), body, context, true);
  }

  @Override
  public @Nullable BsonValue evaluate(Scope scope) {
    return body.apply(new Arguments(arguments, scope, context));
  }

  @Override
  public Expression optimized() {
    ImmutableMap.Builder<String, Expression> optimized = ImmutableMap.builder();
    arguments.forEach((name, expression) -> optimized.put(name, expression.optimized()));
    NamedOperation result = new NamedOperation(optimized.buildOrThrow(), body, context, folds);
    boolean constant = folds && result.arguments.values().stream().allMatch(Expression::isConstant);
    return constant ? new Constant(result.evaluate(Scope.of(new BsonDocument()))) : result;
  }

  @Override
  List<Expression> children() {
    return ImmutableList.copyOf(arguments.values());
  }

  /** The arguments of an operation that is being evaluated, each evaluated when asked for. */
  static final class Arguments {
    private final ImmutableMap<String, Expression> expressions;
    private final Scope scope;
    private final QueryContext context;

    Arguments(ImmutableMap<String, Expression> expressions, Scope scope, QueryContext context) {
      this.expressions = expressions;
      this.scope = scope;
      this.context = context;
    }

    boolean has(String name) {
      return expressions.containsKey(name);
    }

    /** Evaluates an argument; null if it is missing or was not given. */
    @Nullable BsonValue get(String name) {
      Expression expression = expressions.get(name);
      return expression == null ? null : expression.evaluate(scope);
    }

    /** Evaluates an argument; what was not given is that value. */
    @Nullable BsonValue get(String name, @Nullable BsonValue otherwise) {
      return has(name) ? get(name) : otherwise;
    }

    /** Evaluates an argument; null if it is missing, null, undefined or was not given. */
    @Nullable BsonValue present(String name) {
      return BsonTypes.present(get(name));
    }

    QueryContext context() {
      return context;
    }
  }
}
