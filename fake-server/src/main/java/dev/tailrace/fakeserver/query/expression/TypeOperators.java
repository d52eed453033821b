package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.function.BiFunction;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;

/** {@code $type}, {@code $isNumber}, and the short forms of {@code $convert}. */
final class TypeOperators {

  private TypeOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.fixed("$type", 1, operands -> new BsonString(BsonTypes.name(operands.get(0))));
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
    table.since(8, 0);
    shortcut(table, "$toUUID", BinaryConversion::toUuid);
  }

  private static void shortcut(OperatorTable.Builder table, String name, BsonType type) {
    shortcut(table, name, (input, context) -> Conversion.convert(input, type, context));
  }

  private static void shortcut(
      OperatorTable.Builder table,
      String name,
      BiFunction<BsonValue, QueryContext, BsonValue> conversion) {
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
              "input", parsed, arguments -> convert(arguments, conversion), scope.context());
        });
  }

  private static BsonValue convert(
      NamedOperation.Arguments arguments,
      BiFunction<BsonValue, QueryContext, BsonValue> conversion) {
    BsonValue input = arguments.present("input");
    return input == null ? BsonNull.VALUE : conversion.apply(input, arguments.context());
  }
}
