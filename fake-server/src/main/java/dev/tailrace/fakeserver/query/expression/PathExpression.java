package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import java.util.List;
import java.util.function.Consumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code "$a.b"} or {@code "$$variable.a.b"}: the value at a path. Through an array the path leads
 * to the array of what it finds in the array's objects; numbers are field names, never positions.
 */
final class PathExpression extends Expression {

  private final ParseScope.Variable variable;
  private final List<String> path;
  private final String text;

  private PathExpression(ParseScope.Variable variable, List<String> path, String text) {
    this.variable = variable;
    this.path = path;
    this.text = text;
  }

  static Expression parse(String raw, ParseScope scope) {
    if (raw.length() < 2) {
      throw new CommandFailure(16_872, "'$' by itself is not a valid FieldPath");
    }
    if (raw.startsWith("$$")) {
      String named = raw.substring(2);
      int dot = named.indexOf('.');
      String name = dot < 0 ? named : named.substring(0, dot);
      ParseScope.requireName(name);
      ParseScope.Variable variable = scope.lookUp(name);
      return new PathExpression(
          variable, FieldPath.parse(named, scope.context()).tail(), "$" + named);
    }
    String named = "CURRENT." + raw.substring(1);
    FieldPath path = FieldPath.parse(named, scope.context());
    return new PathExpression(scope.lookUp("CURRENT"), path.tail(), "$" + named);
  }

  @Override
  public Expression optimized() {
    return variable.isBound() ? this : new Constant(at(variable.constantValue(), 0));
  }

  @Override
  public @Nullable BsonValue evaluate(Scope scope) {
    return at(scope.valueOf(variable), 0);
  }

  private @Nullable BsonValue at(@Nullable BsonValue value, int depth) {
    if (value == null || depth == path.size()) {
      return value;
    }
    if (value instanceof BsonDocument document) {
      return at(document.get(path.get(depth)), depth + 1);
    }
    if (value instanceof BsonArray array) {
      return throughArray(array, depth);
    }
    return null;
  }

  private BsonArray throughArray(BsonArray array, int depth) {
    BsonArray found = new BsonArray();
    for (BsonValue element : array) {
      if (element instanceof BsonDocument document) {
        BsonValue nested = at(document, depth);
        if (nested != null) {
          found.add(nested);
        }
      }
    }
    return found;
  }

  /** The path with the name of the variable at its head, as the server shows it. */
  String text() {
    return text;
  }

  @Override
  List<Expression> children() {
    return List.of();
  }

  @Override
  public void forEachPath(Consumer<String> paths) {
    if (variable == ParseScope.ROOT) {
      paths.accept(String.join(".", path));
    }
  }
}
