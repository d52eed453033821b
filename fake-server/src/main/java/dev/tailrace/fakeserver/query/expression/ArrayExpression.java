package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;

/** {@code [EXPRESSION, ...]}: an array of computed elements; missing ones are null. */
final class ArrayExpression extends Expression {

  private final ImmutableList<Expression> elements;

  private ArrayExpression(ImmutableList<Expression> elements) {
    this.elements = elements;
  }

  static ArrayExpression parse(BsonArray array, ParseScope scope) {
    ImmutableList.Builder<Expression> elements = ImmutableList.builder();
    for (BsonValue element : array) {
      elements.add(Expression.parse(element, scope));
    }
    return new ArrayExpression(elements.build());
  }

  @Override
  public BsonArray evaluate(Scope scope) {
    BsonArray array = new BsonArray();
    for (Expression element : elements) {
      BsonValue value = element.evaluate(scope);
      array.add(value == null ? BsonNull.VALUE : value);
    }
    return array;
  }

  @Override
  public Expression optimized() {
    ArrayExpression result =
        new ArrayExpression(
            elements.stream().map(Expression::optimized).collect(ImmutableList.toImmutableList()));
    boolean constant = result.elements.stream().allMatch(Expression::isConstant);
    return constant ? new Constant(result.evaluate(Scope.of(new BsonDocument()))) : result;
  }

  @Override
  List<Expression> children() {
    return elements;
  }
}
