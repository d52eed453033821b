package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The operands of an operation that is being evaluated. Each is evaluated when asked for, so that
 * an operator decides, as the server's does, which error comes first.
 */
final class Operands {

  private final ImmutableList<Expression> expressions;
  private final Scope scope;
  private final QueryContext context;
  private final String name;

  Operands(ImmutableList<Expression> expressions, Scope scope, QueryContext context, String name) {
    this.expressions = expressions;
    this.scope = scope;
    this.context = context;
    this.name = name;
  }

  /** Evaluates an operand; null if it is missing. */
  @Nullable BsonValue get(int index) {
    return expressions.get(index).evaluate(scope);
  }

  /** Evaluates an operand; null if it is missing, null or undefined. */
  @Nullable BsonValue present(int index) {
    return BsonTypes.present(get(index));
  }

  int size() {
    return expressions.size();
  }

  BsonOrder order() {
    return context.order();
  }

  QueryContext context() {
    return context;
  }

  /** The operator as it was written, with its dollar. */
  String name() {
    return name;
  }
}
