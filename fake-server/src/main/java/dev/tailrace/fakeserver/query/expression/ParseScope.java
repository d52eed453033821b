package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import org.bson.BsonDateTime;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The variables that an expression may name at the place where it is parsed. Immutable: {@link
 * #with} gives the scope inside a {@code $let} and its like.
 */
public final class ParseScope {

  /** The variable that holds the document. */
  static final Variable ROOT = new Variable("ROOT", null, true);

  private final QueryContext context;
  private final ImmutableMap<String, Variable> variables;

  private ParseScope(QueryContext context, ImmutableMap<String, Variable> variables) {
    this.context = context;
    this.variables = variables;
  }

  /** The outermost scope: the system's variables and those of the command's {@code let}. */
  public static ParseScope of(QueryContext context) {
    ImmutableMap.Builder<String, Variable> variables = ImmutableMap.builder();
    context
        .variables()
        .forEach((name, value) -> variables.put(name, constant(name, value.orElse(null))));
    return new ParseScope(context, variables.buildOrThrow());
  }

  public QueryContext context() {
    return context;
  }

  /** The scope in which this variable stands for something more. */
  public ParseScope with(Variable variable) {
    return new ParseScope(
        context,
        ImmutableMap.<String, Variable>builder()
            .putAll(variables)
            .put(variable.name(), variable)
            .buildKeepingLast());
  }

  /** The variable of that name. */
  Variable lookUp(String name) {
    Variable defined = variables.get(name);
    return defined != null ? defined : builtIn(name);
  }

  private Variable builtIn(String name) {
    return switch (name) {
      // A CURRENT that the user defined was found before coming here.
      case "ROOT", "CURRENT" -> ROOT;
      case "REMOVE" -> constant(name, null);
      case "NOW" -> constant(name, new BsonDateTime(context.nowMillis()));
      case "CLUSTER_TIME" -> constant(name, clusterTime());
      default -> throw new CommandFailure(17_276, "Use of undefined variable: " + name);
    };
  }

  private BsonTimestamp clusterTime() {
    BsonTimestamp clusterTime = context.clusterTime();
    if (clusterTime == null) {
      throw new CommandFailure(51_144, "Builtin variable '$$CLUSTER_TIME' is not available");
    }
    return clusterTime;
  }

  private static Variable constant(String name, @Nullable BsonValue value) {
    return new Variable(name, value, false);
  }

  /** A variable that will be given values while evaluating. */
  public static Variable variable(String name) {
    requireUserName(name);
    return bound(name);
  }

  /** A variable of the system's that always has this value. */
  public static Variable system(String name, BsonValue value) {
    return constant(name, value);
  }

  static Variable bound(String name) {
    return new Variable(name, null, true);
  }

  /** Refuses names that a user must not give to a variable. */
  private static void requireUserName(String name) {
    if (name.equals("CURRENT")) {
      return;
    }
    requireNotEmpty(name);
    char first = name.charAt(0);
    boolean startsWell = (first >= 'a' && first <= 'z') || first >= 0x80;
    if (!startsWell) {
      throw new CommandFailure(
          16_867, "'" + name + "' starts with an invalid character for a user variable name");
    }
    requireWordCharacters(name);
  }

  /** Refuses names that no variable can have. */
  static void requireName(String name) {
    requireNotEmpty(name);
    char first = name.charAt(0);
    boolean startsWell =
        (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first >= 0x80;
    if (!startsWell) {
      throw new CommandFailure(
          16_870, "'" + name + "' starts with an invalid character for a variable name");
    }
    requireWordCharacters(name);
  }

  private static void requireNotEmpty(String name) {
    if (name.isEmpty()) {
      throw new CommandFailure(16_869, "empty variable names are not allowed");
    }
  }

  private static void requireWordCharacters(String name) {
    for (int i = 1; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean word =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      if (!word && c < 0x80) {
        throw new CommandFailure(
            16_868,
            "'" + name + "' contains an invalid character for a variable name: '" + c + "'");
      }
    }
  }

  /**
   * A variable. Two of one name are two variables: identity counts. It has a value from the start,
   * or gets its values while evaluating.
   */
  public static final class Variable {
    private final String name;
    private final @Nullable BsonValue value;
    private final boolean bound;

    private Variable(String name, @Nullable BsonValue value, boolean bound) {
      this.name = name;
      this.value = value;
      this.bound = bound;
    }

    public String name() {
      return name;
    }

    @Nullable BsonValue constantValue() {
      return value;
    }

    boolean isBound() {
      return bound;
    }
  }
}
