package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** An operator applied to a list of operands: {@code {$add: [A, B]}}, or {@code {$abs: A}}. */
final class Operation extends Expression {

  /** What an operator does with its operands. */
  @FunctionalInterface
  interface Body {
    /** The result; null if it is missing. */
    @Nullable BsonValue apply(Operands operands);
  }

  /** What an operator makes of itself once its operands are optimised and not all constant. */
  @FunctionalInterface
  interface Rewrite {
    Expression apply(Operation operation);

    Rewrite NONE = operation -> operation;
  }

  /**
   * An operator.
   *
   * @param name with its dollar
   * @param least how many operands it takes at least
   * @param most how many it takes at most
   * @param isAssociative whether neighbouring constant operands may be put together, and nested
   *     operations of the same kind taken in
   * @param isCommutative whether, besides, all constant operands may be moved to the end
   */
  record Operator(
      String name,
      int least,
      int most,
      boolean isAssociative,
      boolean isCommutative,
      Body body,
      Rewrite rewrite) {

    static final int ANY = Integer.MAX_VALUE;

    Operator associative() {
      return new Operator(name, least, most, true, isCommutative, body, rewrite);
    }

    Operator commutative() {
      return new Operator(name, least, most, true, true, body, rewrite);
    }

    Operator rewriting(Rewrite newRewrite) {
      return new Operator(name, least, most, isAssociative, isCommutative, body, newRewrite);
    }

    Expression parse(BsonValue argument, ParseScope scope) {
      ImmutableList.Builder<Expression> parsed = ImmutableList.builder();
      if (argument instanceof BsonArray array) {
        array.forEach(element -> parsed.add(Expression.parse(element, scope)));
      } else {
        parsed.add(Expression.parse(argument, scope));
      }
      ImmutableList<Expression> operands = parsed.build();
      requireArity(operands.size());
      return new Operation(this, operands, scope.context());
    }

    private void requireArity(int count) {
      if (count >= least && count <= most) {
        return;
      }
      throw least == most
          ? new CommandFailure(
              16_020,
              "Expression %s takes exactly %d arguments. %d were passed in."
                  .formatted(name, least, count))
          : new CommandFailure(
              28_667,
              "Expression %s takes at least %d arguments, and at most %d, but %d were passed in."
                  .formatted(name, least, most, count));
    }
  }

  private final Operator operator;
  private final ImmutableList<Expression> operands;
  private final QueryContext context;

  Operation(Operator operator, ImmutableList<Expression> operands, QueryContext context) {
    this.operator = operator;
    this.operands = operands;
    this.context = context;
  }

  Operation with(List<Expression> newOperands) {
    return new Operation(operator, ImmutableList.copyOf(newOperands), context);
  }

  /** The same operands under another body. */
  Operation with(Body body) {
    Operator replaced =
        new Operator(
            operator.name, operator.least, operator.most, false, false, body, Rewrite.NONE);
    return new Operation(replaced, operands, context);
  }

  boolean is(String name) {
    return operator.name.equals(name);
  }

  QueryContext context() {
    return context;
  }

  @Override
  ImmutableList<Expression> children() {
    return operands;
  }

  @Override
  public @Nullable BsonValue evaluate(Scope scope) {
    return operator.body.apply(new Operands(operands, scope, context, operator.name));
  }

  @Override
  public Expression optimized() {
    List<Expression> optimized = new ArrayList<>();
    for (Expression operand : operands) {
      optimized.add(operand.optimized());
    }
    Operation operation = with(optimized);
    if (optimized.stream().allMatch(Expression::isConstant)) {
      return operation.folded();
    }
    if (operator.isAssociative && !isSingleValueOfAccumulator()) {
      operation = with(regrouped(optimized));
    }
    return operator.rewrite.apply(operation);
  }

  /**
   * An accumulator with one operand looks into an array; taken together with others it would not.
   */
  private boolean isSingleValueOfAccumulator() {
    return operands.size() == 1 && AccumulatorOperators.isAccumulator(operator.name);
  }

  private Expression folded() {
    return new Constant(evaluate(Scope.of(new BsonDocument())));
  }

  /**
   * Takes in nested operations of the same kind and puts constants together: neighbours, or all of
   * them at the end where the order does not matter.
   */
  private List<Expression> regrouped(List<Expression> optimized) {
    List<Expression> pending = new ArrayList<>(optimized);
    List<Expression> constants = new ArrayList<>();
    List<Expression> result = new ArrayList<>();
    for (int i = 0; i < pending.size(); i++) {
      Expression operand = pending.get(i);
      if (operand.isConstant()) {
        constants.add(operand);
      } else if (operand instanceof Operation nested && nested.is(operator.name)) {
        pending.remove(i);
        pending.addAll(i, nested.operands);
        i--;
      } else {
        if (!operator.isCommutative) {
          moveTogether(constants, result);
        }
        result.add(operand);
      }
    }
    moveTogether(constants, result);
    return result;
  }

  private void moveTogether(List<Expression> constants, List<Expression> result) {
    if (constants.size() > 1) {
      result.add(with(constants).folded());
    } else {
      result.addAll(constants);
    }
    constants.clear();
  }
}
