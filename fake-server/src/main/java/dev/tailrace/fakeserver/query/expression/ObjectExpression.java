package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code {a: EXPRESSION, ...}}: an object of computed fields; missing ones are left out. */
final class ObjectExpression extends Expression {

  private final ImmutableMap<String, Expression> fields;

  private ObjectExpression(ImmutableMap<String, Expression> fields) {
    this.fields = fields;
  }

  static ObjectExpression parse(BsonDocument object, ParseScope scope) {
    ImmutableMap.Builder<String, Expression> fields = ImmutableMap.builder();
    object.forEach(
        (name, value) -> {
          FieldPath.requireFieldName(name, scope.context());
          fields.put(name, Expression.parse(value, scope));
        });
    return new ObjectExpression(fields.buildOrThrow());
  }

  @Override
  public BsonDocument evaluate(Scope scope) {
    BsonDocument object = new BsonDocument();
    fields.forEach(
        (name, expression) -> {
          @Nullable BsonValue value = expression.evaluate(scope);
          if (value != null) {
            object.append(name, value);
          }
        });
    return object;
  }

  @Override
  public Expression optimized() {
    ImmutableMap.Builder<String, Expression> optimized = ImmutableMap.builder();
    fields.forEach((name, expression) -> optimized.put(name, expression.optimized()));
    ObjectExpression result = new ObjectExpression(optimized.buildOrThrow());
    boolean constant = result.fields.values().stream().allMatch(Expression::isConstant);
    return constant ? new Constant(result.evaluate(Scope.of(new BsonDocument()))) : result;
  }

  @Override
  List<Expression> children() {
    return fields.values().asList();
  }
}
