package dev.tailrace.fakeserver.query.date;

import dev.tailrace.fakeserver.error.CommandFailure;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;

/** Parts of dates where the server counts otherwise than Java, and dates made of parts. */
public final class DateParts {

  private static final int DURATION_OVERFLOW = 159;

  private DateParts() {}

  /** 1 for Sunday to 7 for Saturday. */
  public static int dayOfWeek(ZonedDateTime date) {
    return date.getDayOfWeek().getValue() % 7 + 1;
  }

  /**
   * The week of the year, where weeks begin on Sunday and days before the first one are in week 0.
   */
  public static int week(ZonedDateTime date) {
    return (date.getDayOfYear() + 7 - dayOfWeek(date)) / 7;
  }

  /**
   * The milliseconds of a date given by parts that may lie outside their usual range: month 14 is
   * February of the next year, day 0 the last of the month before.
   */
  public static long fromNatural(
      long year,
      long month,
      long day,
      long hour,
      long minute,
      long second,
      long millisecond,
      ZoneId zone) {
    LocalDate date = LocalDate.of((int) year, 1, 1).plusMonths(month - 1).plusDays(day - 1);
    return at(date, hour, minute, second, millisecond, zone);
  }

  /** As {@link #fromNatural}, by the week that contains the year's first Thursday. */
  public static long fromIsoWeek(
      long year,
      long week,
      long dayOfWeek,
      long hour,
      long minute,
      long second,
      long millisecond,
      ZoneId zone) {
    LocalDate date =
        LocalDate.of((int) year, 1, 4)
            .with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, 1)
            .with(DayOfWeek.MONDAY)
            .plusWeeks(week - 1)
            .plusDays(dayOfWeek - 1);
    return at(date, hour, minute, second, millisecond, zone);
  }

  private static long at(
      LocalDate date, long hour, long minute, long second, long millisecond, ZoneId zone) {
    try {
      return date.atTime(LocalTime.MIDNIGHT)
          .plusHours(hour)
          .plusMinutes(minute)
          .plusSeconds(second)
          .plus(millisecond, ChronoUnit.MILLIS)
          .atZone(zone)
          .toInstant()
          .toEpochMilli();
    } catch (ArithmeticException | DateTimeException outOfRange) {
      throw new CommandFailure(
          DURATION_OVERFLOW,
          "Overflow casting from a lower-precision duration to a higher-precision duration");
    }
  }
}
