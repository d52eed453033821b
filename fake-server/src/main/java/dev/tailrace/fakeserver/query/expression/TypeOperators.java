package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code $type}, {@code $isNumber}, {@code $convert} and its short forms. */
final class TypeOperators {

  private TypeOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.fixed("$type", 1, operands -> new BsonString(BsonTypes.name(operands.get(0))));
    table.add("$convert", TypeOperators::parseConvert);
    shortcut(table, "$toBool", BsonType.BOOLEAN);
    shortcut(table, "$toDate", BsonType.DATE_TIME);
    shortcut(table, "$toDecimal", BsonType.DECIMAL128);
    shortcut(table, "$toDouble", BsonType.DOUBLE);
    shortcut(table, "$toInt", BsonType.INT32);
    shortcut(table, "$toLong", BsonType.INT64);
    shortcut(table, "$toObjectId", BsonType.OBJECT_ID);
    shortcut(table, "$toString", BsonType.STRING);
    table.since(4, 4);
    table.fixed("$isNumber", 1, operands -> BsonBoolean.valueOf(Numbers.isNumber(operands.get(0))));
  }

  private static void shortcut(OperatorTable.Builder table, String name, BsonType type) {
    table.add(
        name,
        (argument, scope) -> {
          int count = argument instanceof BsonArray array ? array.size() : 1;
          BsonValue only =
              argument instanceof BsonArray array && count == 1 ? array.get(0) : argument;
          Expression parsed = Expression.parse(only, scope);
          if (count != 1) {
            throw new CommandFailure(50_723, name + " requires a single argument, got " + count);
          }
          return NamedOperation.ofOne(
              "input", parsed, arguments -> convert(arguments, type), scope.context());
        });
  }

  private static @Nullable BsonValue convert(NamedOperation.Arguments arguments, BsonType type) {
    BsonValue input = arguments.present("input");
    return input == null ? BsonNull.VALUE : Conversion.convert(input, type, arguments.context());
  }

  private static Expression parseConvert(BsonValue argument, ParseScope scope) {
    return ArgumentParser.of(
            argument,
            List.of("input", "to", "onError", "onNull"),
            other ->
                failedToParse(
                    "$convert expects an object of named arguments but found: "
                        + BsonTypes.name(other)),
            unknown -> failedToParse("$convert found an unknown argument: " + unknown))
        .require("input", ErrorCode.FAILED_TO_PARSE.code(), "Missing 'input' parameter to $convert")
        .require("to", ErrorCode.FAILED_TO_PARSE.code(), "Missing 'to' parameter to $convert")
        .operation(scope, TypeOperators::convert);
  }

  private static @Nullable BsonValue convert(NamedOperation.Arguments arguments) {
    BsonValue to = arguments.present("to");
    BsonValue input = arguments.present("input");
    Optional<BsonType> type = to == null ? Optional.empty() : Optional.of(type(to));
    if (input == null) {
      return arguments.get("onNull", BsonNull.VALUE);
    }
    if (type.isEmpty()) {
      return BsonNull.VALUE;
    }
    try {
      return Conversion.convert(input, type.get(), arguments.context());
    } catch (CommandFailure failure) {
      boolean handled = failure.code() == ErrorCode.CONVERSION_FAILURE.code();
      if (handled && arguments.has("onError")) {
        return arguments.get("onError");
      }
      throw failure;
    }
  }

  private static BsonType type(BsonValue to) {
    if (to instanceof BsonString name) {
      if (name.getValue().equals(BsonTypes.MISSING)) {
        return BsonType.END_OF_DOCUMENT;
      }
      return BsonTypes.byName(name.getValue())
          .orElseThrow(
              () ->
                  new CommandFailure(ErrorCode.BAD_VALUE, "Unknown type name: " + name.getValue()));
    }
    if (!Numbers.isNumber(to)) {
      throw failedToParse(
          "$convert's 'to' argument must be a string or number, but is " + BsonTypes.name(to));
    }
    if (!Numbers.isInt(to)) {
      throw failedToParse("In $convert, numeric 'to' argument is not an integer");
    }
    int code = Coercions.toInt(to);
    if (code == 0) {
      return BsonType.END_OF_DOCUMENT;
    }
    return BsonTypes.byCode(code)
        .orElseThrow(
            () ->
                failedToParse(
                    "In $convert, numeric value for 'to' does not correspond to a BSON type: "
                        + code));
  }

  private static CommandFailure failedToParse(String message) {
    return new CommandFailure(ErrorCode.FAILED_TO_PARSE, message);
  }
}
