package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.date.DateMath;
import dev.tailrace.fakeserver.query.date.TimeUnit;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bson.BsonDateTime;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code $dateAdd}, {@code $dateSubtract}, {@code $dateDiff}, {@code $dateTrunc}. */
final class DateMathOperators {

  private static final ImmutableMap<String, DayOfWeek> DAYS = days();

  private DateMathOperators() {}

  private static ImmutableMap<String, DayOfWeek> days() {
    ImmutableMap.Builder<String, DayOfWeek> days = ImmutableMap.builder();
    for (DayOfWeek day : DayOfWeek.values()) {
      String name = day.name().toLowerCase(Locale.ROOT);
      days.put(name, day);
      days.put(name.substring(0, 3), day);
    }
    return days.buildOrThrow();
  }

  static void register(OperatorTable.Builder table) {
    table.since(5, 0);
    table.add("$dateAdd", (argument, scope) -> parseShift("$dateAdd", argument, scope));
    table.add("$dateSubtract", (argument, scope) -> parseShift("$dateSubtract", argument, scope));
    table.add("$dateDiff", DateMathOperators::parseDifference);
    table.add("$dateTrunc", DateMathOperators::parseTruncation);
  }

  private static Expression parseShift(String name, BsonValue argument, ParseScope scope) {
    ArgumentParser arguments =
        ArgumentParser.of(
            argument,
            List.of("startDate", "unit", "amount", "timezone"),
            other -> new CommandFailure(5_166_400, name + " expects an object as its argument"),
            unknown ->
                new CommandFailure(
                    5_166_401,
                    "Unrecognized argument to %s: %s. Expected arguments are startDate, unit, amount, and optionally timezone."
                        .formatted(name, unknown)));
    for (String required : List.of("startDate", "unit", "amount")) {
      arguments.require(
          required, 5_166_402, name + " requires startDate, unit, and amount to be present");
    }
    return arguments.operation(scope, given -> shift(name, given));
  }

  private static BsonValue shift(String name, NamedOperation.Arguments arguments) {
    BsonValue start = arguments.present("startDate");
    BsonValue unit = arguments.present("unit");
    BsonValue amount = arguments.present("amount");
    if (start == null || unit == null || amount == null) {
      return BsonNull.VALUE;
    }
    Optional<ZoneId> zone = DateOperators.zone(arguments);
    if (zone.isEmpty()) {
      return BsonNull.VALUE;
    }
    if (!isDate(start)) {
      throw new CommandFailure(5_166_403, name + " requires startDate to be convertible to a date");
    }
    if (!(unit instanceof BsonString text)) {
      throw new CommandFailure(5_166_404, name + " expects string defining the time unit");
    }
    TimeUnit timeUnit =
        TimeUnit.find(text.getValue())
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ErrorCode.FAILED_TO_PARSE, "unknown time unit value: " + text.getValue()));
    if (!Numbers.isLong(amount)) {
      throw new CommandFailure(5_166_405, name + " expects integer amount of time units");
    }
    long count = Numbers.toLong(amount);
    boolean backwards = name.equals("$dateSubtract");
    if (backwards && count == Long.MIN_VALUE) {
      throw new CommandFailure(
          6_045_000, "invalid $dateSubtract 'amount' parameter value: " + count);
    }
    return new BsonDateTime(
        DateMath.add(Coercions.toMillis(start), timeUnit, backwards ? -count : count, zone.get()));
  }

  /** Whether a value can be read as a date. */
  private static boolean isDate(BsonValue value) {
    return value instanceof BsonDateTime
        || value instanceof BsonTimestamp
        || value instanceof BsonObjectId;
  }

  private static Expression parseDifference(BsonValue argument, ParseScope scope) {
    return ArgumentParser.of(
            argument,
            List.of("startDate", "endDate", "unit", "timezone", "startOfWeek"),
            other ->
                new CommandFailure(5_166_301, "$dateDiff only supports an object as its argument"),
            unknown ->
                new CommandFailure(5_166_302, "Unrecognized argument to $dateDiff: " + unknown))
        .require("startDate", 5_166_303, "Missing 'startDate' parameter to $dateDiff")
        .require("endDate", 5_166_304, "Missing 'endDate' parameter to $dateDiff")
        .require("unit", 5_166_305, "Missing 'unit' parameter to $dateDiff")
        .operation(scope, DateMathOperators::difference);
  }

  private static BsonValue difference(NamedOperation.Arguments arguments) {
    BsonValue start = arguments.present("startDate");
    BsonValue end = arguments.present("endDate");
    if (start == null || end == null) {
      return BsonNull.VALUE;
    }
    Optional<Counting> counting = Counting.read("$dateDiff", arguments);
    if (counting.isEmpty()) {
      return BsonNull.VALUE;
    }
    long from = millis(start, 5_166_307, "$dateDiff requires 'startDate' to be a date, but got ");
    long to = millis(end, 5_166_307, "$dateDiff requires 'endDate' to be a date, but got ");
    TimeUnit unit = counting.get().timeUnit();
    return new BsonInt64(
        DateMath.difference(from, to, unit, counting.get().zone, counting.get().startOfWeek()));
  }

  private static long millis(BsonValue date, int code, String complaint) {
    if (!isDate(date)) {
      throw new CommandFailure(code, complaint + BsonTypes.name(date));
    }
    return Coercions.toMillis(date);
  }

  private static Expression parseTruncation(BsonValue argument, ParseScope scope) {
    return ArgumentParser.of(
            argument,
            List.of("date", "unit", "binSize", "timezone", "startOfWeek"),
            other ->
                new CommandFailure(5_439_007, "$dateTrunc only supports an object as its argument"),
            unknown ->
                new CommandFailure(
                    5_439_008,
                    "Unrecognized argument to $dateTrunc: "
                        + unknown
                        + ". Expected arguments are date, unit, and optionally, binSize, timezone,"
                        + " startOfWeek"))
        .require("date", 5_439_009, "Missing 'date' parameter to $dateTrunc")
        .require("unit", 5_439_010, "Missing 'unit' parameter to $dateTrunc")
        .operation(scope, DateMathOperators::truncation);
  }

  private static BsonValue truncation(NamedOperation.Arguments arguments) {
    BsonValue date = arguments.present("date");
    BsonValue binSize = BsonTypes.present(arguments.get("binSize", new BsonInt64(1)));
    if (date == null || arguments.present("unit") == null || binSize == null) {
      return BsonNull.VALUE;
    }
    Optional<Counting> counting = Counting.read("$dateTrunc", arguments);
    if (counting.isEmpty()) {
      return BsonNull.VALUE;
    }
    long millis = millis(date, 5_439_012, "$dateTrunc requires 'date' to be a date, but got ");
    TimeUnit unit = counting.get().timeUnit();
    long size = binSize(binSize);
    return new BsonDateTime(
        DateMath.truncate(millis, unit, size, counting.get().zone, counting.get().startOfWeek()));
  }

  private static long binSize(BsonValue value) {
    if (!Numbers.isLong(value)) {
      throw new CommandFailure(
          5_439_017,
          "$dateTrunc requires 'binSize' to be a 64-bit integer, but got value '%s' of type %s"
              .formatted(ValueText.value(value), BsonTypes.name(value)));
    }
    long size = Numbers.toLong(value);
    if (size <= 0) {
      throw new CommandFailure(
          5_439_018, "$dateTrunc requires 'binSize' to be greater than 0, but got value " + size);
    }
    return size;
  }

  /**
   * How time is counted: the arguments {@code unit}, {@code timezone} and {@code startOfWeek}.
   *
   * @param week the day on which weeks begin, where the unit is the week; null for Sunday
   */
  private record Counting(String name, BsonValue unit, ZoneId zone, @Nullable BsonValue week) {

    /** Nothing if one of the arguments is null. */
    static Optional<Counting> read(String name, NamedOperation.Arguments arguments) {
      BsonValue unit = arguments.present("unit");
      if (unit == null) {
        return Optional.empty();
      }
      boolean ofWeeks = unit.equals(new BsonString("week")) && arguments.has("startOfWeek");
      BsonValue week = ofWeeks ? arguments.present("startOfWeek") : null;
      if (ofWeeks && week == null) {
        return Optional.empty();
      }
      try {
        return DateOperators.zone(arguments).map(zone -> new Counting(name, unit, zone, week));
      } catch (CommandFailure failure) {
        throw failure.causedIn(name + " parameter 'timezone' value parsing failed");
      }
    }

    TimeUnit timeUnit() {
      if (!(unit instanceof BsonString text)) {
        throw new CommandFailure(
            5_439_013, name + " requires 'unit' to be a string, but got " + BsonTypes.name(unit));
      }
      return TimeUnit.find(text.getValue())
          .orElseThrow(
              () ->
                  new CommandFailure(
                      5_439_014,
                      name
                          + " parameter 'unit' value cannot be recognized as a time unit: "
                          + text.getValue()));
    }

    DayOfWeek startOfWeek() {
      if (week == null) {
        return DayOfWeek.SUNDAY;
      }
      if (!(week instanceof BsonString text)) {
        throw new CommandFailure(
            5_439_015,
            name + " requires 'startOfWeek' to be a string, but got " + BsonTypes.name(week));
      }
      DayOfWeek day = DAYS.get(text.getValue().toLowerCase(Locale.ROOT));
      if (day == null) {
        throw new CommandFailure(
            5_439_016,
            name
                + " parameter 'startOfWeek' value cannot be recognized as a day of a week: "
                + text.getValue());
      }
      return day;
    }
  }
}
