package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code {$convert: {input: EXPRESSION, to: TYPE, onError: EXPRESSION, onNull: EXPRESSION}}}. */
final class ConvertOperator {

  private ConvertOperator() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2).add("$convert", ConvertOperator::parse);
  }

  private static Expression parse(BsonValue argument, ParseScope scope) {
    List<String> names = new ArrayList<>(List.of("input", "to", "onError", "onNull"));
    if (scope.context().atLeast(8, 0)) {
      names.add("format");
    }
    if (scope.context().atLeast(8, 1)) {
      names.add("byteOrder");
    }
    return ArgumentParser.of(
            argument,
            names,
            other ->
                failedToParse(
                    "$convert expects an object of named arguments but found: "
                        + BsonTypes.name(other)),
            unknown -> failedToParse("$convert found an unknown argument: " + unknown))
        .require("input", ErrorCode.FAILED_TO_PARSE.code(), "Missing 'input' parameter to $convert")
        .require("to", ErrorCode.FAILED_TO_PARSE.code(), "Missing 'to' parameter to $convert")
        .operation(scope, ConvertOperator::convert);
  }

  private static @Nullable BsonValue convert(NamedOperation.Arguments arguments) {
    BsonValue to = arguments.present("to");
    BsonValue input = arguments.present("input");
    Target target = to == null ? null : target(to, arguments.context());
    if (input == null) {
      return arguments.get("onNull", BsonNull.VALUE);
    }
    if (target == null) {
      return BsonNull.VALUE;
    }
    try {
      return convert(input, target, arguments);
    } catch (CommandFailure failure) {
      boolean handled = failure.code() == ErrorCode.CONVERSION_FAILURE.code();
      if (handled && arguments.has("onError")) {
        return arguments.get("onError");
      }
      throw failure;
    }
  }

  private static BsonValue convert(
      BsonValue input, Target target, NamedOperation.Arguments arguments) {
    QueryContext context = arguments.context();
    boolean binary = input.isBinary() || target.type == BsonType.BINARY;
    if (!binary || target.type == BsonType.BOOLEAN || !context.atLeast(8, 0)) {
      return Conversion.convert(input, target.type, context);
    }
    return BinaryConversion.read(arguments, target.subtype).convert(input, target.type, context);
  }

  /**
   * What is converted to.
   *
   * @param subtype of binary data, as it was given
   */
  private record Target(BsonType type, BsonValue subtype) {}

  private static Target target(BsonValue to, QueryContext context) {
    BsonValue generic = new BsonInt32(0);
    if (to instanceof BsonDocument object && context.atLeast(8, 0)) {
      BsonValue type = object.get("type");
      if (type == null) {
        throw failedToParse("Missing 'type' parameter to $convert's 'to' argument");
      }
      return new Target(type(type, context), object.get("subtype", generic));
    }
    return new Target(type(to, context), generic);
  }

  private static BsonType type(BsonValue to, QueryContext context) {
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
          "$convert's 'to' argument must be a string%s number%s, but is %s"
              .formatted(
                  context.atLeast(8, 0) ? "," : " or",
                  context.atLeast(8, 0) ? ", or object" : "",
                  BsonTypes.name(to)));
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
