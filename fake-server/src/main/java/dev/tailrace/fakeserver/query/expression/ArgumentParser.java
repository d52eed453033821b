package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Reads an operator's object of named arguments. Every operator of the server has its own errors
 * for what can be wrong with it, so they are handed in.
 */
final class ArgumentParser {

  private final Map<String, BsonValue> given = new LinkedHashMap<>();

  private ArgumentParser() {}

  /**
   * Takes the object apart.
   *
   * @param names the arguments there are
   * @param notAnObject what to say of a value that is no object
   * @param unknown what to say of a name that is not among the arguments
   */
  static ArgumentParser of(
      BsonValue value,
      List<String> names,
      Function<BsonValue, CommandFailure> notAnObject,
      Function<String, CommandFailure> unknown) {
    if (!(value instanceof BsonDocument object)) {
      throw notAnObject.apply(value);
    }
    ArgumentParser parser = new ArgumentParser();
    object.forEach(
        (name, argument) -> {
          if (!names.contains(name)) {
            throw unknown.apply(name);
          }
          parser.given.put(name, argument);
        });
    return parser;
  }

  boolean has(String name) {
    return given.containsKey(name);
  }

  /** The argument as it was written; null if it was not given. */
  @Nullable BsonValue raw(String name) {
    return given.get(name);
  }

  /** Fails unless the argument was given. */
  ArgumentParser require(String name, int code, String message) {
    if (!has(name)) {
      throw new CommandFailure(code, message);
    }
    return this;
  }

  /** An argument that was given, as it was written. */
  BsonValue given(String name) {
    BsonValue value = given.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no argument " + name);
    }
    return value;
  }

  /** Parses one argument that was given. */
  Expression parse(String name, ParseScope scope) {
    return Expression.parse(given(name), scope);
  }

  /** Parses all arguments that were given. */
  ImmutableMap<String, Expression> parseAll(ParseScope scope) {
    ImmutableMap.Builder<String, Expression> parsed = ImmutableMap.builder();
    given.forEach((name, value) -> parsed.put(name, Expression.parse(value, scope)));
    return parsed.buildOrThrow();
  }

  NamedOperation operation(ParseScope scope, NamedOperation.Body body) {
    return new NamedOperation(parseAll(scope), body, scope.context(), true);
  }

  /** An operation that is not computed ahead though all its arguments be constant. */
  NamedOperation unfoldedOperation(ParseScope scope, NamedOperation.Body body) {
    return new NamedOperation(parseAll(scope), body, scope.context(), false);
  }
}
