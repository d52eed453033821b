package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.date.DateParts;
import dev.tailrace.fakeserver.query.date.TimeZones;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.function.Function;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * {@code $year} and its like: one part of a date, of an operand or of {@code {date: EXPRESSION,
 * timezone: EXPRESSION}}.
 */
final class DatePartOperators {

  private DatePartOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    part(table, "$year", date -> new BsonInt32(date.getYear()));
    part(table, "$month", date -> new BsonInt32(date.getMonthValue()));
    part(table, "$dayOfMonth", date -> new BsonInt32(date.getDayOfMonth()));
    part(table, "$hour", date -> new BsonInt32(date.getHour()));
    part(table, "$minute", date -> new BsonInt32(date.getMinute()));
    part(table, "$second", date -> new BsonInt32(date.getSecond()));
    part(table, "$millisecond", date -> new BsonInt32(date.getNano() / 1_000_000));
    part(table, "$dayOfWeek", date -> new BsonInt32(DateParts.dayOfWeek(date)));
    part(table, "$dayOfYear", date -> new BsonInt32(date.getDayOfYear()));
    part(table, "$week", date -> new BsonInt32(DateParts.week(date)));
    part(table, "$isoDayOfWeek", date -> new BsonInt32(date.getDayOfWeek().getValue()));
    part(table, "$isoWeek", date -> new BsonInt32(date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)));
    part(table, "$isoWeekYear", date -> new BsonInt64(date.get(IsoFields.WEEK_BASED_YEAR)));
  }

  private static void part(
      OperatorTable.Builder table, String name, Function<ZonedDateTime, BsonValue> part) {
    table.add(name, (argument, scope) -> parse(name, part, argument, scope));
  }

  private static Expression parse(
      String name, Function<ZonedDateTime, BsonValue> part, BsonValue argument, ParseScope scope) {
    NamedOperation.Body body = arguments -> evaluate(name, part, arguments);
    if (argument instanceof BsonDocument object && !isOperator(object)) {
      return ArgumentParser.of(
              object,
              List.of("date", "timezone"),
              other -> new CommandFailure(40_539, ""),
              unknown ->
                  new CommandFailure(
                      40_535, "unrecognized option to %s: \"%s\"".formatted(name, unknown)))
          .require(
              "date",
              40_539,
              "missing 'date' argument to %s, provided: %s"
                  .formatted(name, ElementText.field(name, argument)))
          .operation(scope, body);
    }
    BsonValue date = argument;
    if (argument instanceof BsonArray array) {
      if (array.size() != 1) {
        throw new CommandFailure(
            40_536,
            "%s accepts exactly one argument if given an array, but was given %d"
                .formatted(name, array.size()));
      }
      date = array.get(0);
    }
    return NamedOperation.ofOne("date", Expression.parse(date, scope), body, scope.context());
  }

  private static boolean isOperator(BsonDocument object) {
    return !object.isEmpty() && object.getFirstKey().startsWith("$");
  }

  private static BsonValue evaluate(
      String name, Function<ZonedDateTime, BsonValue> part, NamedOperation.Arguments arguments) {
    BsonValue date = arguments.present("date");
    if (date == null) {
      return BsonNull.VALUE;
    }
    long millis = Coercions.toMillis(date);
    ZoneId zone = ZoneOffset.UTC;
    if (arguments.has("timezone")) {
      BsonValue timezone = arguments.present("timezone");
      if (timezone == null) {
        return BsonNull.VALUE;
      }
      if (!(timezone instanceof BsonString id)) {
        throw new CommandFailure(
            40_533,
            "%s requires a string for the timezone argument, but was given a %s (%s)"
                .formatted(name, BsonTypes.name(timezone), ValueText.value(timezone)));
      }
      zone = TimeZones.parse(id.getValue());
    }
    return part.apply(TimeZones.at(millis, zone));
  }
}
