package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Fields whatever their names: {@code $getField}, {@code $setField}, {@code $unsetField}. */
final class FieldOperators {

  private FieldOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(5, 0);
    table.add("$getField", FieldOperators::parseGet);
    table.add("$setField", (argument, scope) -> parseSet("$setField", argument, scope));
    table.add("$unsetField", (argument, scope) -> parseSet("$unsetField", argument, scope));
  }

  private static Expression parseGet(BsonValue argument, ParseScope scope) {
    ImmutableMap<String, Expression> arguments =
        isNameAlone(argument)
            ? ImmutableMap.of(
                "field", Expression.parse(argument, scope),
                "input", PathExpression.parse("$$CURRENT", scope))
            : parseGetArguments(argument, scope);
    Expression field = arguments.get("field");
    if (field != null && !scope.context().atLeast(7, 2)) {
      requireConstantName("$getField", 5_654_600, field);
    }
    return new NamedOperation(arguments, FieldOperators::get, scope.context(), false);
  }

  private static boolean isNameAlone(BsonValue argument) {
    return !(argument instanceof BsonDocument object)
        || (!object.isEmpty() && object.getFirstKey().startsWith("$"));
  }

  private static ImmutableMap<String, Expression> parseGetArguments(
      BsonValue argument, ParseScope scope) {
    return ArgumentParser.of(
            argument,
            List.of("field", "input"),
            other -> new CommandFailure(3_041_701, ""),
            unknown ->
                new CommandFailure(3_041_701, "$getField found an unknown argument: " + unknown))
        .require("field", 3_041_702, "$getField requires 'field' to be specified")
        .require("input", 3_041_703, "$getField requires 'input' to be specified")
        .parseAll(scope);
  }

  /**
   * Refuses a name that is computed.
   *
   * @param code of the error for a path; the next two are those for other expressions and for what
   *     is no string
   */
  private static void requireConstantName(String operator, int code, Expression name) {
    if (name instanceof PathExpression path) {
      throw new CommandFailure(
          code,
          "'%s' is a field path reference which is not allowed in this context. Did you mean {$literal: '%s'}?"
              .formatted(path.text(), path.text()));
    }
    if (!(name instanceof Constant constant)) {
      throw new CommandFailure(
          notConstantCode(code),
          operator
              + " requires 'field' to evaluate to a constant, but got a non-constant argument");
    }
    if (!(constant.value() instanceof BsonString)) {
      throw new CommandFailure(
          notConstantCode(code) + 1,
          operator
              + " requires 'field' to evaluate to type String, but got "
              + BsonTypes.name(constant.value()));
    }
  }

  private static int notConstantCode(int pathCode) {
    return pathCode == 4_161_108 ? 4_161_106 : pathCode + 1;
  }

  private static @Nullable BsonValue get(NamedOperation.Arguments arguments) {
    BsonValue field = arguments.get("field");
    if (!(field instanceof BsonString name)) {
      throw new CommandFailure(
          3_041_704,
          "$getField requires 'field' to evaluate to type String, but got "
              + BsonTypes.name(field));
    }
    BsonValue input = arguments.get("input");
    if (input instanceof BsonDocument document) {
      return document.get(name.getValue());
    }
    return input != null && BsonTypes.isNullish(input) ? BsonNull.VALUE : null;
  }

  private static Expression parseSet(String name, BsonValue argument, ParseScope scope) {
    boolean unset = name.equals("$unsetField");
    ArgumentParser arguments =
        ArgumentParser.of(
                argument,
                unset ? List.of("field", "input") : List.of("field", "input", "value"),
                other ->
                    new CommandFailure(
                        4_161_100, name + " only supports an object as its argument"),
                unknown ->
                    new CommandFailure(4_161_101, name + " found an unknown argument: " + unknown))
            .require("field", 4_161_102, name + " requires 'field' to be specified");
    if (!unset) {
      arguments.require("value", 4_161_103, name + " requires 'value' to be specified");
    }
    arguments.require("input", 4_161_109, name + " requires 'input' to be specified");
    requireConstantName(name, 4_161_108, arguments.parse("field", scope));
    return arguments.unfoldedOperation(scope, FieldOperators::set);
  }

  private static BsonValue set(NamedOperation.Arguments arguments) {
    BsonValue input = arguments.present("input");
    if (input == null) {
      return BsonNull.VALUE;
    }
    if (!(input instanceof BsonDocument document)) {
      throw new CommandFailure(4_161_105, "$setField requires 'input' to evaluate to type Object");
    }
    Map<String, BsonValue> fields = new LinkedHashMap<>(document);
    BsonValue value = arguments.get("value");
    BsonValue name = arguments.get("field");
    if (name instanceof BsonString field) {
      if (value == null) {
        fields.remove(field.getValue());
      } else {
        fields.put(field.getValue(), value);
      }
    }
    BsonDocument result = new BsonDocument();
    result.putAll(fields);
    return result;
  }
}
