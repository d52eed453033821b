package dev.tailrace.fakeserver.query.expression;

import java.util.List;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** An expression that is always the same value; null stands for missing. */
final class Constant extends Expression {

  private final @Nullable BsonValue value;

  Constant(@Nullable BsonValue value) {
    this.value = value;
  }

  @Nullable BsonValue value() {
    return value;
  }

  @Override
  public @Nullable BsonValue evaluate(Scope scope) {
    return value;
  }

  @Override
  public Expression optimized() {
    return this;
  }

  @Override
  List<Expression> children() {
    return List.of();
  }
}
