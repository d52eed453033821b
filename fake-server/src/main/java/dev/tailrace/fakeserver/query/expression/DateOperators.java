package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.date.DateFormat;
import dev.tailrace.fakeserver.query.date.DateParts;
import dev.tailrace.fakeserver.query.date.DateReader;
import dev.tailrace.fakeserver.query.date.TimeZones;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Optional;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Dates to and from text and parts. */
final class DateOperators {

  private static final List<String> NATURAL = List.of("year", "month", "day");
  private static final List<String> ISO = List.of("isoWeekYear", "isoWeek", "isoDayOfWeek");

  private DateOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.add("$dateToString", DateOperators::parseToString);
    table.add("$dateFromString", DateOperators::parseFromString);
    table.add("$dateToParts", DateOperators::parseToParts);
    table.add("$dateFromParts", DateOperators::parseFromParts);
  }

  /** The zone of the argument; UTC if there is no such argument, none if it is null. */
  static Optional<ZoneId> zone(NamedOperation.Arguments arguments) {
    if (!arguments.has("timezone")) {
      return Optional.of(ZoneOffset.UTC);
    }
    BsonValue timezone = arguments.present("timezone");
    if (timezone == null) {
      return Optional.empty();
    }
    if (!(timezone instanceof BsonString id)) {
      throw new CommandFailure(
          40_517, "timezone must evaluate to a string, found " + BsonTypes.name(timezone));
    }
    return Optional.of(TimeZones.parse(id.getValue()));
  }

  private static Expression parseToString(BsonValue argument, ParseScope scope) {
    return ArgumentParser.of(
            argument,
            List.of("format", "date", "timezone", "onNull"),
            other ->
                new CommandFailure(18_629, "$dateToString only supports an object as its argument"),
            unknown ->
                new CommandFailure(18_534, "Unrecognized argument to $dateToString: " + unknown))
        .require("date", 18_628, "Missing 'date' parameter to $dateToString")
        .operation(scope, DateOperators::toText);
  }

  private static @Nullable BsonValue toText(NamedOperation.Arguments arguments) {
    BsonValue date = arguments.present("date");
    BsonValue format = arguments.present("format");
    if (format != null) {
      requireFormat(format, 18_533, "$dateToString");
      DateFormat.validate(format.asString().getValue(), arguments.context());
    }
    Optional<ZoneId> zone = zone(arguments);
    if (date == null) {
      return arguments.get("onNull", BsonNull.VALUE);
    }
    if (zone.isEmpty() || (arguments.has("format") && format == null)) {
      return BsonNull.VALUE;
    }
    boolean local = arguments.context().atLeast(5, 0) && !zone.get().equals(ZoneOffset.UTC);
    String pattern =
        format != null
            ? format.asString().getValue()
            : local ? DateFormat.ISO_LOCAL : DateFormat.ISO;
    return new BsonString(DateFormat.format(pattern, Coercions.toMillis(date), zone.get()));
  }

  private static void requireFormat(BsonValue format, int code, String name) {
    if (!format.isString()) {
      throw new CommandFailure(
          code,
          "%s requires that 'format' be a string, found: %s with value %s"
              .formatted(name, BsonTypes.name(format), ValueText.value(format)));
    }
  }

  private static Expression parseFromString(BsonValue argument, ParseScope scope) {
    return ArgumentParser.of(
            argument,
            List.of("format", "dateString", "timezone", "onNull", "onError"),
            other ->
                new CommandFailure(
                    40_540,
                    "$dateFromString only supports an object as an argument, found: "
                        + BsonTypes.name(other)),
            unknown ->
                new CommandFailure(40_541, "Unrecognized argument to $dateFromString: " + unknown))
        .require("dateString", 40_542, "Missing 'dateString' parameter to $dateFromString")
        .operation(scope, DateOperators::fromText);
  }

  private static @Nullable BsonValue fromText(NamedOperation.Arguments arguments) {
    BsonValue text = arguments.present("dateString");
    BsonValue format = arguments.present("format");
    if (format != null) {
      requireFormat(format, 40_684, "$dateFromString");
      DateReader.validate(format.asString().getValue(), arguments.context());
    }
    Optional<ZoneId> zone = zone(arguments);
    if (text == null) {
      return arguments.get("onNull", BsonNull.VALUE);
    }
    try {
      if (!(text instanceof BsonString string)) {
        throw new CommandFailure(
            ErrorCode.CONVERSION_FAILURE,
            "$dateFromString requires that 'dateString' be a string, found: %s with value %s"
                .formatted(BsonTypes.name(text), ValueText.value(text)));
      }
      if (zone.isEmpty() || (arguments.has("format") && format == null)) {
        return BsonNull.VALUE;
      }
      long millis =
          format == null
              ? DateReader.read(string.getValue(), zone.get())
              : DateReader.read(string.getValue(), format.asString().getValue(), zone.get());
      return new BsonDateTime(millis);
    } catch (CommandFailure failure) {
      boolean handled = failure.code() == ErrorCode.CONVERSION_FAILURE.code();
      if (handled && arguments.has("onError")) {
        return arguments.get("onError");
      }
      throw failure;
    }
  }

  private static Expression parseToParts(BsonValue argument, ParseScope scope) {
    return ArgumentParser.of(
            argument,
            List.of("date", "timezone", "iso8601"),
            other ->
                new CommandFailure(40_524, "$dateToParts only supports an object as its argument"),
            unknown ->
                new CommandFailure(40_520, "Unrecognized argument to $dateToParts: " + unknown))
        .require("date", 40_522, "Missing 'date' parameter to $dateToParts")
        .operation(scope, DateOperators::toParts);
  }

  private static BsonValue toParts(NamedOperation.Arguments arguments) {
    BsonValue date = arguments.present("date");
    Optional<ZoneId> zone = zone(arguments);
    if (zone.isEmpty()) {
      return BsonNull.VALUE;
    }
    BsonValue iso = BsonTypes.present(arguments.get("iso8601", BsonBoolean.FALSE));
    if (iso == null) {
      return BsonNull.VALUE;
    }
    if (!iso.isBoolean()) {
      throw new CommandFailure(
          40_521, "iso8601 must evaluate to a bool, found " + BsonTypes.name(iso));
    }
    if (date == null) {
      return BsonNull.VALUE;
    }
    ZonedDateTime time = TimeZones.at(Coercions.toMillis(date), zone.get());
    BsonDocument parts = new BsonDocument();
    if (iso.asBoolean().getValue()) {
      parts
          .append("isoWeekYear", new BsonInt32(time.get(IsoFields.WEEK_BASED_YEAR)))
          .append("isoWeek", new BsonInt32(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)))
          .append("isoDayOfWeek", new BsonInt32(time.getDayOfWeek().getValue()));
    } else {
      parts
          .append("year", new BsonInt32(time.getYear()))
          .append("month", new BsonInt32(time.getMonthValue()))
          .append("day", new BsonInt32(time.getDayOfMonth()));
    }
    return parts
        .append("hour", new BsonInt32(time.getHour()))
        .append("minute", new BsonInt32(time.getMinute()))
        .append("second", new BsonInt32(time.getSecond()))
        .append("millisecond", new BsonInt32(time.getNano() / 1_000_000));
  }

  private static Expression parseFromParts(BsonValue argument, ParseScope scope) {
    ArgumentParser arguments =
        ArgumentParser.of(
            argument,
            List.of(
                "year",
                "month",
                "day",
                "hour",
                "minute",
                "second",
                "millisecond",
                "isoWeekYear",
                "isoWeek",
                "isoDayOfWeek",
                "timezone"),
            other ->
                new CommandFailure(
                    40_519, "$dateFromParts only supports an object as its argument"),
            unknown ->
                new CommandFailure(40_518, "Unrecognized argument to $dateFromParts: " + unknown));
    if (!arguments.has("year") && !arguments.has("isoWeekYear")) {
      throw new CommandFailure(
          40_516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
    }
    if (arguments.has("year") && ISO.stream().anyMatch(arguments::has)) {
      throw new CommandFailure(
          40_489, "$dateFromParts does not allow mixing natural dates with ISO dates");
    }
    if (arguments.has("isoWeekYear") && NATURAL.stream().anyMatch(arguments::has)) {
      throw new CommandFailure(
          40_525, "$dateFromParts does not allow mixing ISO dates with natural dates");
    }
    return arguments.operation(scope, DateOperators::fromParts);
  }

  private static BsonValue fromParts(NamedOperation.Arguments arguments) {
    Long hour = boundedPart(arguments, "hour", 0);
    Long minute = hour == null ? null : boundedPart(arguments, "minute", 0);
    Long second = minute == null ? null : part(arguments, "second", 0);
    Long millisecond = second == null ? null : part(arguments, "millisecond", 0);
    if (hour == null || minute == null || second == null || millisecond == null) {
      return BsonNull.VALUE;
    }
    Optional<ZoneId> zone = zone(arguments);
    if (zone.isEmpty()) {
      return BsonNull.VALUE;
    }
    boolean natural = arguments.has("year");
    List<String> names = natural ? NATURAL : ISO;
    Long year = part(arguments, names.get(0), 1970);
    Long middle = year == null ? null : boundedPart(arguments, names.get(1), 1);
    Long day = middle == null ? null : boundedPart(arguments, names.get(2), 1);
    if (year == null || middle == null || day == null) {
      return BsonNull.VALUE;
    }
    int least = natural && arguments.context().atLeast(4, 4) ? 1 : 0;
    if (year < least || year > 9999) {
      throw new CommandFailure(
          natural ? 40_523 : 31_095,
          "'%s' must evaluate to an integer in the range %d to 9999, found %d"
              .formatted(names.get(0), least, year));
    }
    return new BsonDateTime(
        natural
            ? DateParts.fromNatural(
                year, middle, day, hour, minute, second, millisecond, zone.get())
            : DateParts.fromIsoWeek(
                year, middle, day, hour, minute, second, millisecond, zone.get()));
  }

  /** A part of a date; null if it is null. */
  private static @Nullable Long part(
      NamedOperation.Arguments arguments, String name, long byDefault) {
    if (!arguments.has(name)) {
      return byDefault;
    }
    BsonValue value = arguments.present(name);
    if (value == null) {
      return null;
    }
    if (!Numbers.isLong(value)) {
      throw new CommandFailure(
          40_515,
          "'%s' must evaluate to an integer, found %s with value %s"
              .formatted(name, BsonTypes.name(value), ValueText.value(value)));
    }
    return Coercions.toLong(value);
  }

  private static @Nullable Long boundedPart(
      NamedOperation.Arguments arguments, String name, long byDefault) {
    Long value = part(arguments, name, byDefault);
    if (value != null && value != value.shortValue()) {
      throw new CommandFailure(
          31_034,
          "'%s' must evaluate to a value in the range [%d, %d]; value %d is not in range"
              .formatted(name, Short.MIN_VALUE, Short.MAX_VALUE, value));
    }
    return value;
  }
}
