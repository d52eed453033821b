package dev.tailrace.fakeserver.query.date;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.Utf8;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has been read of a date in a text: its parts as far as they are known, and what was wrong.
 * Shared by the reader of texts of any form and the one that follows a format.
 */
final class DateText {

  private final String text;
  private final byte[] bytes;
  private final List<String> errors = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  @Nullable Integer year;
  @Nullable Integer month;
  @Nullable Integer day;
  @Nullable Integer hour;
  @Nullable Integer minute;
  @Nullable Integer second;
  int millisecond;

  @Nullable ZoneId zone;
  private String zoneName = "";

  private int shiftedMonths;
  private long shiftedSeconds;
  private long shiftedDays;
  private @Nullable DayOfWeek weekday;

  DateText(String text) {
    this.text = text;
    this.bytes = Utf8.bytes(text);
  }

  /** The text's bytes, one a char. */
  String latin() {
    return new String(bytes, ISO_8859_1);
  }

  void error(int position, String message) {
    errors.add(describe(position, message));
  }

  void warning(int position, String message) {
    warnings.add(describe(position, message));
  }

  private String describe(int position, String message) {
    int b = position < bytes.length ? bytes[position] : 0;
    // A byte that is no ASCII character is no character by itself.
    char c = b < 0 ? '\uFFFD' : (char) b;
    return "; %d: %s '%c'".formatted(position, message, c);
  }

  void zone(ZoneId newZone, String name) {
    zone = newZone;
    zoneName = name;
  }

  void date(int newYear, int newMonth, int newDay) {
    year = newYear;
    month = newMonth;
    day = newDay;
  }

  void time(int newHour, int newMinute, int newSecond, int newMillisecond) {
    hour = newHour;
    minute = newMinute;
    second = newSecond;
    millisecond = newMillisecond;
  }

  void shiftSeconds(long seconds) {
    shiftedSeconds += seconds;
  }

  void shiftDays(long days) {
    shiftedDays += days;
  }

  void shiftMonths(int months) {
    shiftedMonths += months;
  }

  void weekday(DayOfWeek newWeekday) {
    weekday = newWeekday;
  }

  /**
   * The date in milliseconds.
   *
   * @param given the zone that the operation names; null if it names none
   * @throws CommandFailure if the text is wrong, says too little, or has a zone of its own beside
   *     the given one
   */
  long toMillis(@Nullable ZoneId given) {
    if (!errors.isEmpty() || !warnings.isEmpty()) {
      throw failure(
          "Error parsing date string '%s'%s%s"
              .formatted(text, String.join("", errors), String.join("", warnings)));
    }
    if (hour == null && minute == null && second == null) {
      time(0, 0, 0, 0);
    }
    if (year == null
        || month == null
        || day == null
        || hour == null
        || minute == null
        || second == null) {
      throw failure(
          "an incomplete date/time string has been found, with elements missing: \"" + text + "\"");
    }
    if (given != null && !given.equals(ZoneOffset.UTC) && zone != null) {
      throw failure(
          "you cannot pass in a date/time string with time zone information ('%s') together with a timezone argument"
              .formatted(zoneName));
    }
    ZoneId effective = zone != null ? zone : given != null ? given : ZoneOffset.UTC;
    try {
      return local(year, month, day, hour, minute, second)
          .atZone(effective)
          .toInstant()
          .toEpochMilli();
    } catch (DateTimeException | ArithmeticException outOfRange) {
      throw failure("Error parsing date string '%s'; 0: date out of range".formatted(text));
    }
  }

  /** The local time, where days beyond the end of a month run into the next, and 24 o'clock too. */
  private LocalDateTime local(int y, int m, int d, int h, int i, int s) {
    LocalDateTime local =
        LocalDateTime.of(y, 1, 1, 0, 0)
            .plusMonths((long) m - 1 + shiftedMonths)
            .plusDays((long) d - 1 + shiftedDays)
            .plusHours(h)
            .plusMinutes(i)
            .plusSeconds(s + shiftedSeconds)
            .plus(millisecond, ChronoUnit.MILLIS);
    return weekday == null ? local : local.with(TemporalAdjusters.nextOrSame(weekday));
  }

  private static CommandFailure failure(String message) {
    return new CommandFailure(ErrorCode.CONVERSION_FAILURE, message);
  }
}
