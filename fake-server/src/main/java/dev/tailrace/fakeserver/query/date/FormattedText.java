package dev.tailrace.fakeserver.query.date;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads dates by a format, as {@code $dateFromString} with {@code format} does. */
final class FormattedText {

  private static final String SPECIFIERS = "dGHjLmMSuVYzZ%";

  private static final Pattern ZONE =
      Pattern.compile("[+-]\\d{1,2}:?(?:\\d{2})?|\\(?[A-Za-z]+(?:[_/-][A-Za-z]+)*\\)?");

  private static final List<String> MONTHS =
      List.of(
          "january",
          "february",
          "march",
          "april",
          "may",
          "june",
          "july",
          "august",
          "september",
          "october",
          "november",
          "december");

  private final String format;
  private final String latin;
  private final DateText result;
  private int at;
  private boolean failed;
  private @Nullable Integer isoYear;
  private @Nullable Integer isoWeek;
  private @Nullable Integer isoDay;
  private @Nullable Integer dayOfYear;

  private FormattedText(String text, String format) {
    this.format = format;
    this.result = new DateText(text);
    this.latin = result.latin();
  }

  /** Refuses a format with specifiers that cannot be read. */
  static void validate(String format, QueryContext context) {
    DateFormat.validate(format, context.atLeast(7, 1) ? SPECIFIERS + "bB" : SPECIFIERS);
  }

  static DateText read(String text, String format) {
    FormattedText reader = new FormattedText(text, format);
    reader.read();
    return reader.result;
  }

  private void read() {
    int i = 0;
    while (i < format.length() && !failed) {
      char c = format.charAt(i);
      if (c == '%') {
        specifier(format.charAt(i + 1));
        i += 2;
      } else {
        literal(c);
        i++;
      }
    }
    if (!failed && at < latin.length()) {
      fail("Trailing data");
    }
    if (!failed) {
      combine();
    }
  }

  private void fail(String message) {
    failed = true;
    result.error(at, message);
  }

  private void literal(char c) {
    if (at < latin.length() && latin.charAt(at) == c) {
      at++;
    } else {
      fail("Format literal not found");
    }
  }

  private void specifier(char c) {
    switch (c) {
      case 'd' -> result.day = number(2, "A two digit day could not be found");
      case 'm' -> result.month = number(2, "A two digit month could not be found");
      case 'Y' -> result.year = exact(4, "A four digit year could not be found");
      case 'H' -> result.hour = number(2, "A two digit hour could not be found");
      case 'M' -> result.minute = exact(2, "A two digit minute could not be found");
      case 'S' -> result.second = exact(2, "A two digit second could not be found");
      case 'L' -> {
        Integer millis = number(3, "A three digit millisecond could not be found");
        result.millisecond = millis == null ? 0 : millis;
      }
      case 'j' -> dayOfYear = number(3, "A three digit day-of-year could not be found");
      case 'G' -> isoYear = exact(4, "A four digit ISO year could not be found");
      case 'V' -> isoWeek = number(2, "A two digit ISO week could not be found");
      case 'u' -> isoDay = number(1, "A single digit ISO day of week could not be found");
      case 'z' -> zone();
      case 'Z' -> minutesOffset();
      case 'b', 'B' -> monthName();
      default -> literal('%');
    }
  }

  private @Nullable Integer exact(int digits, String message) {
    int start = at;
    Integer number = number(digits, message);
    if (number != null && at - start < digits) {
      at = start;
      fail(message);
      return null;
    }
    return number;
  }

  private @Nullable Integer number(int mostDigits, String message) {
    int end = at;
    while (end < latin.length() && end < at + mostDigits && Character.isDigit(latin.charAt(end))) {
      end++;
    }
    if (end == at) {
      fail(message);
      return null;
    }
    int number = Integer.parseInt(latin.substring(at, end));
    at = end;
    return number;
  }

  private void zone() {
    Matcher zone = ZONE.matcher(latin).region(at, latin.length());
    if (!zone.lookingAt()) {
      fail("The timezone could not be found in the database");
      return;
    }
    String name = zone.group();
    ZoneText.find(name)
        .ifPresentOrElse(
            found -> result.zone(found, name),
            () -> fail("The timezone could not be found in the database"));
    at = zone.end();
  }

  private void minutesOffset() {
    boolean signed = at < latin.length() && "+-".indexOf(latin.charAt(at)) >= 0;
    boolean negative = signed && latin.charAt(at) == '-';
    at += signed ? 1 : 0;
    Integer minutes = number(4, "A numeric offset in minutes could not be found");
    if (minutes != null) {
      int seconds = Math.min(minutes, 18 * 60) * (negative ? -60 : 60);
      result.zone(ZoneOffset.ofTotalSeconds(seconds), "");
    }
  }

  private void monthName() {
    String rest = latin.substring(at).toLowerCase(Locale.ROOT);
    for (String month : MONTHS) {
      boolean full = rest.startsWith(month);
      if (full || rest.startsWith(month.substring(0, 3))) {
        result.month = MONTHS.indexOf(month) + 1;
        at += full ? month.length() : 3;
        return;
      }
    }
    fail("A textual month could not be found");
  }

  /** Puts together what is not natural: weeks and days of the year. */
  private void combine() {
    boolean iso = isoYear != null || isoWeek != null || isoDay != null;
    boolean natural = result.month != null || result.day != null || result.year != null;
    if (iso && natural) {
      throw new CommandFailure(
          ErrorCode.CONVERSION_FAILURE, "Mixing of ISO dates with natural dates is not allowed");
    }
    if (isoYear != null) {
      LocalDate date =
          LocalDate.of(isoYear, 1, 4)
              .with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, 1)
              .with(DayOfWeek.MONDAY)
              .plusWeeks(isoWeek == null ? 0 : isoWeek - 1)
              .plusDays(isoDay == null ? 0 : isoDay - 1);
      result.date(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
    }
    if (dayOfYear != null && result.year != null) {
      result.month = 1;
      result.day = dayOfYear;
    }
    boolean someTime = result.hour != null || result.minute != null || result.second != null;
    if (someTime) {
      result.time(
          result.hour == null ? 0 : result.hour,
          result.minute == null ? 0 : result.minute,
          result.second == null ? 0 : result.second,
          result.millisecond);
    } else {
      result.time(0, 0, 0, result.millisecond);
    }
  }
}
