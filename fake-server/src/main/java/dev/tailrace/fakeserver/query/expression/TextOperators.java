package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.List;
import java.util.function.IntPredicate;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Operators on strings that take named arguments: trimming and replacing. */
final class TextOperators {

  /** What is trimmed unless told otherwise. */
  private static final String WHITESPACE =
      "\0 \t\n\u000B\f\r\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A";

  private TextOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.add("$trim", (argument, scope) -> trim("$trim", true, true, argument, scope));
    table.add("$ltrim", (argument, scope) -> trim("$ltrim", true, false, argument, scope));
    table.add("$rtrim", (argument, scope) -> trim("$rtrim", false, true, argument, scope));
    table.since(4, 4);
    table.add("$replaceOne", (argument, scope) -> replace("$replaceOne", false, argument, scope));
    table.add("$replaceAll", (argument, scope) -> replace("$replaceAll", true, argument, scope));
  }

  private static Expression trim(
      String name, boolean left, boolean right, BsonValue argument, ParseScope scope) {
    return ArgumentParser.of(
            argument,
            List.of("input", "chars"),
            other ->
                new CommandFailure(
                    50_696,
                    name
                        + " only supports an object as an argument, found "
                        + BsonTypes.name(other)),
            unknown -> new CommandFailure(50_694, name + " found an unknown argument: " + unknown))
        .require("input", 50_695, name + " requires an 'input' field")
        .operation(scope, arguments -> trimmed(name, left, right, arguments));
  }

  private static BsonValue trimmed(
      String name, boolean left, boolean right, NamedOperation.Arguments arguments) {
    BsonValue input = arguments.present("input");
    if (input == null) {
      return BsonNull.VALUE;
    }
    String text = string(input, 50_699, name + " requires its input to be a string");
    String chars = WHITESPACE;
    if (arguments.has("chars")) {
      BsonValue given = arguments.present("chars");
      if (given == null) {
        return BsonNull.VALUE;
      }
      chars = string(given, 50_700, name + " requires 'chars' to be a string");
    }
    String trimmed = chars;
    IntPredicate isTrimmed = codePoint -> trimmed.indexOf(codePoint) >= 0;
    int from = 0;
    int to = text.length();
    while (left && from < to && isTrimmed.test(text.codePointAt(from))) {
      from = text.offsetByCodePoints(from, 1);
    }
    while (right && from < to && isTrimmed.test(text.codePointBefore(to))) {
      to = text.offsetByCodePoints(to, -1);
    }
    return new BsonString(text.substring(from, to));
  }

  private static String string(BsonValue value, int code, String message) {
    if (value instanceof BsonString string) {
      return string.getValue();
    }
    throw new CommandFailure(
        code,
        "%s, got %s (of type %s) instead."
            .formatted(message, ValueText.value(value), BsonTypes.name(value)));
  }

  private static Expression replace(
      String name, boolean all, BsonValue argument, ParseScope scope) {
    return ArgumentParser.of(
            argument,
            List.of("input", "find", "replacement"),
            other ->
                new CommandFailure(
                    51_751,
                    name + " requires an object as an argument, found: " + BsonTypes.name(other)),
            unknown -> new CommandFailure(51_750, name + " found an unknown argument: " + unknown))
        .require("input", 51_749, name + " requires 'input' to be specified")
        .require("find", 51_748, name + " requires 'find' to be specified")
        .require("replacement", 51_747, name + " requires 'replacement' to be specified")
        .unfoldedOperation(scope, arguments -> replaced(name, all, arguments));
  }

  private static BsonValue replaced(String name, boolean all, NamedOperation.Arguments arguments) {
    BsonValue input = arguments.get("input");
    BsonValue find = arguments.get("find");
    BsonValue replacement = arguments.get("replacement");
    requireStringOrNull(input, 51_746, name, "input");
    requireStringOrNull(find, 51_745, name, "find");
    requireStringOrNull(replacement, 51_744, name, "replacement");
    if (!(input instanceof BsonString text)
        || !(find instanceof BsonString wanted)
        || !(replacement instanceof BsonString by)) {
      return BsonNull.VALUE;
    }
    return new BsonString(replaced(text.getValue(), wanted.getValue(), by.getValue(), all));
  }

  private static void requireStringOrNull(
      @Nullable BsonValue value, int code, String operator, String argument) {
    if (!(value instanceof BsonString) && !BsonTypes.isNullish(value)) {
      throw new CommandFailure(
          code,
          "%s requires that '%s' be a string, found: %s"
              .formatted(operator, argument, ValueText.value(value)));
    }
  }

  private static String replaced(String text, String find, String by, boolean all) {
    StringBuilder result = new StringBuilder();
    int from = 0;
    int at = text.indexOf(find);
    while (at >= 0) {
      StringOperators.requireFits(result.length() + (long) at - from + by.length());
      result.append(text, from, at).append(by);
      from = at + find.length();
      boolean goesOn = all && (!find.isEmpty() || at < text.length());
      if (find.isEmpty() && goesOn) {
        result.append(text.charAt(at));
        from = at + 1;
      }
      at = goesOn ? text.indexOf(find, from) : -1;
    }
    return result.append(text, from, text.length()).toString();
  }
}
