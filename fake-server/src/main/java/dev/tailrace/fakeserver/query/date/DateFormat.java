package dev.tailrace.fakeserver.query.date;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** Dates as text, by the format specifiers of {@code $dateToString}. */
public final class DateFormat {

  /** The default format where a time zone is UTC. */
  public static final String ISO = "%Y-%m-%dT%H:%M:%S.%LZ";

  /** The default format in other time zones, from 5.0. */
  public static final String ISO_LOCAL = "%Y-%m-%dT%H:%M:%S.%L";

  private static final String SPECIFIERS = "dGHjLmMSuUVwYzZ%";

  private DateFormat() {}

  /**
   * Refuses a format with unknown specifiers.
   *
   * @throws CommandFailure as the server would
   */
  public static void validate(String format, QueryContext context) {
    validate(format, context.atLeast(7, 1) ? SPECIFIERS + "bB" : SPECIFIERS);
  }

  static void validate(String format, String specifiers) {
    int at = format.indexOf('%');
    while (at >= 0) {
      if (at + 1 == format.length()) {
        throw new CommandFailure(18_535, "Unmatched '%' at end of format string");
      }
      char specifier = format.charAt(at + 1);
      if (specifiers.indexOf(specifier) < 0) {
        throw new CommandFailure(
            18_536, "Invalid format character '%" + specifier + "' in format string");
      }
      at = format.indexOf('%', at + 2);
    }
  }

  /** The date in UTC, in the default format. */
  public static String iso(long millis) {
    return format(ISO, millis, ZoneOffset.UTC);
  }

  /**
   * The date in a zone, by a valid format.
   *
   * @throws CommandFailure if the year has not four digits
   */
  public static String format(String format, long millis, ZoneId zone) {
    ZonedDateTime date = TimeZones.at(millis, zone);
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int at = format.indexOf('%'); at >= 0; at = format.indexOf('%', from)) {
      text.append(format, from, at);
      append(text, format.charAt(at + 1), date);
      from = at + 2;
    }
    return text.append(format, from, format.length()).toString();
  }

  private static void append(StringBuilder text, char specifier, ZonedDateTime date) {
    switch (specifier) {
      case 'd' -> pad(text, date.getDayOfMonth(), 2);
      case 'G' -> appendYear(text, date.get(IsoFields.WEEK_BASED_YEAR));
      case 'H' -> pad(text, date.getHour(), 2);
      case 'j' -> pad(text, date.getDayOfYear(), 3);
      case 'L' -> pad(text, date.getNano() / 1_000_000, 3);
      case 'm' -> pad(text, date.getMonthValue(), 2);
      case 'M' -> pad(text, date.getMinute(), 2);
      case 'S' -> pad(text, date.getSecond(), 2);
      case 'w' -> text.append(DateParts.dayOfWeek(date));
      case 'u' -> text.append(date.getDayOfWeek().getValue());
      case 'U' -> pad(text, DateParts.week(date), 2);
      case 'V' -> pad(text, date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
      case 'Y' -> appendYear(text, date.getYear());
      case 'z' -> appendOffset(text, date.getOffset().getTotalSeconds());
      case 'Z' -> text.append(date.getOffset().getTotalSeconds() / 60);
      case 'b' -> text.append(date.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH));
      case 'B' -> text.append(date.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
      default -> text.append(specifier);
    }
  }

  private static void appendYear(StringBuilder text, int year) {
    if (year < 0 || year > 9999) {
      throw new CommandFailure(
          18_537,
          "Could not convert date to string: date component was outside the supported range of 0-9999: "
              + year);
    }
    pad(text, year, 4);
  }

  private static void appendOffset(StringBuilder text, int seconds) {
    text.append(seconds < 0 ? '-' : '+');
    pad(text, Math.abs(seconds) / 3600, 2);
    pad(text, Math.abs(seconds) / 60 % 60, 2);
  }

  private static void pad(StringBuilder text, int number, int width) {
    String digits = String.valueOf(number);
    text.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
  }
}
