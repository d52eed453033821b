package dev.tailrace.fakeserver.query.match;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.expression.Coercions;
import dev.tailrace.fakeserver.query.expression.Expression;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code {$expr: EXPRESSION}}: documents for which the expression is true. */
final class ExpressionPredicate extends Predicate {

  private final Expression expression;

  ExpressionPredicate(Expression expression) {
    this.expression = expression;
  }

  @Override
  boolean matches(BsonDocument document, Position position) {
    return Coercions.isTrue(expression.evaluate(document));
  }

  @Override
  boolean matchesValue(@Nullable BsonValue value, Position position) {
    return false;
  }

  @Override
  Predicate optimized() {
    try {
      return new ExpressionPredicate(expression.optimized());
    } catch (CommandFailure failure) {
      throw failure.causedIn("Failed to optimize expression");
    }
  }

  @Override
  void forEachPath(Consumer<String> paths) {
    expression.forEachPath(paths);
  }
}
