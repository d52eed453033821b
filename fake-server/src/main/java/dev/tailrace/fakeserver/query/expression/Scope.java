package dev.tailrace.fakeserver.query.expression;

import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What an expression sees while it is evaluated: the document, and the values of variables.
 * Immutable; binding a variable makes a new scope around the old one.
 */
public final class Scope {

  private final BsonDocument root;
  private final ParseScope.@Nullable Variable variable;
  private final @Nullable BsonValue value;
  private final @Nullable Scope outer;

  private Scope(
      BsonDocument root,
      ParseScope.@Nullable Variable variable,
      @Nullable BsonValue value,
      @Nullable Scope outer) {
    this.root = root;
    this.variable = variable;
    this.value = value;
    this.outer = outer;
  }

  /** A scope with only the document in it. */
  public static Scope of(BsonDocument root) {
    return new Scope(root, null, null, null);
  }

  /** The scope with one more variable bound; null binds it to missing. */
  public Scope with(ParseScope.Variable bound, @Nullable BsonValue boundValue) {
    return new Scope(root, bound, boundValue, this);
  }

  /** The same bindings over another document. */
  public Scope over(BsonDocument newRoot) {
    return new Scope(newRoot, variable, value, outer);
  }

  BsonDocument root() {
    return root;
  }

  /** The value of a variable; null if it is missing. */
  @Nullable BsonValue valueOf(ParseScope.Variable wanted) {
    if (wanted == ParseScope.ROOT) {
      return root;
    }
    for (Scope scope = this; scope != null; scope = scope.outer) {
      if (scope.variable == wanted) {
        return scope.value;
      }
    }
    return wanted.constantValue();
  }
}
