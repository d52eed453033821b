package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * An aggregation expression: a value computed from a document and variables. Immutable once built.
 *
 * <p>The three steps are the server's, because its errors tell them apart: {@link #parse} refuses
 * what is malformed, {@link #optimized} computes what is constant (and so fails on a constant
 * division by zero before any document is seen), {@link #evaluate} does the rest.
 *
 * <p>The manual's section is Aggregation Operators.
 */
public abstract class Expression {

  /**
   * Parses an expression with the command's variables in scope.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static Expression parse(BsonValue expression, QueryContext context) {
    return parse(expression, ParseScope.of(context));
  }

  /** As {@link #parse(BsonValue, QueryContext)}, within other variables. */
  public static Expression parse(BsonValue expression, ParseScope scope) {
    return switch (expression.getBsonType()) {
      case STRING ->
          expression.asString().getValue().startsWith("$")
              ? PathExpression.parse(expression.asString().getValue(), scope)
              : new Constant(expression);
      case DOCUMENT -> parseObject(expression.asDocument(), scope);
      case ARRAY -> ArrayExpression.parse(expression.asArray(), scope);
      default -> new Constant(expression);
    };
  }

  /**
   * Parses an object: an operator if its first field starts with a dollar, else a literal object.
   */
  private static Expression parseObject(BsonDocument object, ParseScope scope) {
    return !object.isEmpty() && object.getFirstKey().startsWith("$")
        ? parseOperator(object, scope)
        : ObjectExpression.parse(object, scope);
  }

  /** Parses an object that must be an operator with its argument. */
  public static Expression parseOperator(BsonDocument object, ParseScope scope) {
    if (object.size() != 1) {
      throw new CommandFailure(
          15_983,
          "An object representing an expression must have exactly one field: "
              + ElementText.value(object));
    }
    Map.Entry<String, BsonValue> operator = object.entrySet().iterator().next();
    if (!isOperator(operator.getKey(), scope.context())) {
      throw new CommandFailure(
          ErrorCode.INVALID_PIPELINE_OPERATOR,
          "Unrecognized expression '" + operator.getKey() + "'");
    }
    return OperatorTable.parse(operator.getKey(), operator.getValue(), scope);
  }

  /** Whether the release has an expression operator of that name. */
  public static boolean isOperator(String name, QueryContext context) {
    return OperatorTable.contains(name, context);
  }

  /** An expression that is always this value. */
  public static Expression constant(@Nullable BsonValue value) {
    return new Constant(value);
  }

  /** An expression computed by the program from the document; a null result is missing. */
  public static Expression ofDocument(DocumentFunction function) {
    return new Expression() {
      @Override
      public @Nullable BsonValue evaluate(Scope scope) {
        return function.apply(scope.root());
      }

      @Override
      public Expression optimized() {
        return this;
      }

      @Override
      List<Expression> children() {
        return List.of();
      }

      @Override
      public void forEachPath(Consumer<String> paths) {
        paths.accept("");
      }
    };
  }

  /** What {@link #ofDocument} computes. */
  @FunctionalInterface
  public interface DocumentFunction {
    @Nullable BsonValue apply(BsonDocument document);
  }

  /** Whether any part of the expression asks for the score of a text search. */
  public boolean needsTextScore() {
    return children().stream().anyMatch(Expression::needsTextScore);
  }

  /** The value for a document; null if it is missing. */
  public @Nullable BsonValue evaluate(BsonDocument document) {
    return evaluate(Scope.of(document));
  }

  /**
   * The value in a scope; null if it is missing.
   *
   * @throws CommandFailure if the server would fail
   */
  public abstract @Nullable BsonValue evaluate(Scope scope);

  /**
   * The same expression with its constant parts computed.
   *
   * @throws CommandFailure if a constant part fails
   */
  public abstract Expression optimized();

  /** The expressions this one is made of. */
  abstract List<Expression> children();

  /**
   * Reports the dotted path of every part of the document that the expression reads; the empty path
   * for the document as a whole.
   */
  public void forEachPath(Consumer<String> paths) {
    children().forEach(child -> child.forEachPath(paths));
  }

  /** Whether the value is always the same; after {@link #optimized}, this is known. */
  public boolean isConstant() {
    return this instanceof Constant;
  }
}
