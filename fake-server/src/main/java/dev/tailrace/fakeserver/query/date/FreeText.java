package dev.tailrace.fakeserver.query.date;

import com.google.common.collect.ImmutableList;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads dates of any form: {@code 2020-02-29T12:00:00Z}, {@code 29 Feb 2020 noon}, and much else.
 * The server uses PHP's library for this, and so its ways show: a text is cut into tokens, each the
 * longest that any rule matches, and every rule adds its part to the date. The PHP manual's section
 * is Supported Date and Time Formats.
 *
 * <p>Left out are the relative forms that count weekdays and ordinals ("first monday of").
 */
final class FreeText {

  private static final String HOUR_24 = "([01][0-9]|2[0-4]|[0-9])";
  private static final String HOUR_24_FULL = "([01][0-9]|2[0-4])";
  private static final String HOUR_12 = "(1[0-2]|0?[1-9])";
  private static final String MINUTE = "([0-5][0-9]|[0-9])";
  private static final String MINUTE_FULL = "([0-5][0-9])";
  private static final String SECOND = "(60|[0-5][0-9]|[0-9])";
  private static final String SECOND_FULL = "(60|[0-5][0-9])";
  private static final String MERIDIAN = "([ap])\\.?m\\.?(?=[\\x00\\t ]|$)";
  private static final String MONTH = "(0[0-9]|1[0-2]|[0-9])";
  private static final String MONTH_FULL = "(0[0-9]|1[0-2])";
  private static final String DAY = "([0-2][0-9]|3[01]|[0-9])(?:st|nd|rd|th)?";
  private static final String DAY_FULL = "(0[0-9]|[1-2][0-9]|3[01])";
  private static final String YEAR = "([0-9]{1,4})";
  private static final String YEAR_4 = "([0-9]{4})";
  private static final String MONTH_TEXT =
      "(january|february|march|april|may|june|july|august|september|october|november|december"
          + "|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
          + "|viii|vii|iii|xii|iv|vi|ix|xi|ii|i|v|x)";
  private static final String WEEKDAY =
      "(sundays?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?"
          + "|sun|mon|tues?|wednes|wed|thurs?|fri|satur|sat)";
  private static final String UNIT =
      "(msecs?|milliseconds?|ms|seconds?|secs?|minutes?|mins?|hours?|days?|fortnights?|weeks?"
          + "|months?|years?)";
  private static final String OFFSET = "(?:gmt)?[+-]" + HOUR_24 + ":?" + MINUTE + "?";
  private static final String ZONE = "\\(?[a-z]{1,6}\\)?|[a-z]+(?:[_/-][a-z]+)+";

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> ROMAN =
      List.of("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii");
  private static final List<String> WEEKDAYS =
      List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  /** What a rule does with what it matched. */
  @FunctionalInterface
  private interface Action {
    void apply(FreeText text, Matcher token);
  }

  private record Rule(Pattern pattern, Action action) {}

  private static Rule rule(String regex, Action action) {
    return new Rule(Pattern.compile(regex, Pattern.CASE_INSENSITIVE), action);
  }

  /** In the order of precedence among matches of one length. */
  private static final ImmutableList<Rule> RULES =
      ImmutableList.of(
          rule("yesterday", (text, token) -> text.day(-1)),
          rule("now", (text, token) -> {}),
          rule("noon", (text, token) -> text.time(12, 0, 0, 0)),
          rule("midnight|today", (text, token) -> text.midnight()),
          rule("tomorrow", (text, token) -> text.day(1)),
          rule("@(-?[0-9]{1,18})", (text, token) -> text.epoch(Long.parseLong(token.group(1)))),
          rule(
              HOUR_12 + "(?:[:.]" + MINUTE_FULL + "(?:[:.]" + SECOND + ")?)?[ \\t]*" + MERIDIAN,
              FreeText::twelveHours),
          rule(
              "t?" + HOUR_24 + "[:.]" + MINUTE + "(?:[:.]" + SECOND + "(\\.[0-9]+)?)?",
              (text, token) -> text.time(token, 1)),
          rule("t" + HOUR_24, (text, token) -> text.time(token, 1)),
          rule("t?" + HOUR_24_FULL + MINUTE_FULL, (text, token) -> text.time(token, 1)),
          rule(
              "t?" + HOUR_24_FULL + MINUTE_FULL + SECOND_FULL,
              (text, token) -> text.time(token, 1)),
          rule(
              MONTH + "/" + DAY + "(?:/" + YEAR + ")?",
              (text, token) -> text.date(token.group(3), token.group(1), token.group(2))),
          rule("([+-]?[0-9]{4})-" + MONTH_FULL + "-" + DAY_FULL, FreeText::yearMonthDay),
          rule(YEAR_4 + "/" + MONTH + "/" + DAY + "/?", FreeText::yearMonthDay),
          rule("([0-9]{2})-" + MONTH_FULL + "-" + DAY_FULL, FreeText::yearMonthDay),
          rule(
              YEAR_4 + "-" + MONTH,
              (text, token) -> text.date(token.group(1), token.group(2), "1")),
          rule(YEAR + "-" + MONTH + "-" + DAY, FreeText::yearMonthDay),
          rule(
              DAY + "[ \\t.-]*" + MONTH_TEXT + "[ \\t.-]*" + YEAR,
              (text, token) -> text.date(token.group(3), token.group(2), token.group(1))),
          rule(
              DAY + "[.\\t-]" + MONTH + "[.-]" + YEAR_4,
              (text, token) -> text.date(token.group(3), token.group(2), token.group(1))),
          rule(
              DAY + "[.\\t]" + MONTH + "\\.([0-9]{2})",
              (text, token) -> text.date(token.group(3), token.group(2), token.group(1))),
          rule(
              MONTH_TEXT + "[ .\\t-]*" + YEAR_4,
              (text, token) -> text.date(token.group(2), token.group(1), "1")),
          rule(
              YEAR_4 + "[ .\\t-]*" + MONTH_TEXT,
              (text, token) -> text.date(token.group(1), token.group(2), "1")),
          rule(
              MONTH_TEXT + "[ .\\t-]*" + DAY + "[,.stndrh\\t ]+" + YEAR,
              (text, token) -> text.date(token.group(3), token.group(1), token.group(2))),
          rule(
              MONTH_TEXT + "[ .\\t-]*" + DAY + "(?:[,.stndrh\\t ]+|$)",
              (text, token) -> text.date(null, token.group(1), token.group(2))),
          rule(
              DAY + "[ .\\t-]*" + MONTH_TEXT,
              (text, token) -> text.date(null, token.group(2), token.group(1))),
          rule(YEAR_4 + MONTH_FULL + DAY_FULL, FreeText::yearMonthDay),
          rule(
              YEAR_4
                  + MONTH_FULL
                  + DAY_FULL
                  + "t"
                  + HOUR_24
                  + ":?"
                  + MINUTE_FULL
                  + ":?"
                  + SECOND_FULL,
              FreeText::dateAndTime),
          rule(
              YEAR_4
                  + "-"
                  + MONTH
                  + "-"
                  + DAY
                  + "t"
                  + HOUR_24
                  + ":"
                  + MINUTE
                  + ":"
                  + SECOND
                  + "(?:(\\.[0-9]+)("
                  + OFFSET
                  + ")?)?",
              FreeText::dateAndTime),
          rule(
              YEAR_4
                  + ":"
                  + MONTH_FULL
                  + ":"
                  + DAY_FULL
                  + " "
                  + HOUR_24_FULL
                  + ":"
                  + MINUTE_FULL
                  + ":"
                  + SECOND_FULL,
              FreeText::dateAndTime),
          rule(
              YEAR_4 + "\\.?(00[1-9]|0[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-6])",
              (text, token) -> text.date(token.group(1), "1", token.group(2))),
          rule(YEAR_4 + "-?W(0[1-9]|[1-4][0-9]|5[0-3])(?:-?([0-7]))?", FreeText::isoWeek),
          rule(
              DAY
                  + "/"
                  + MONTH_TEXT
                  + "/"
                  + YEAR_4
                  + ":"
                  + HOUR_24_FULL
                  + ":"
                  + MINUTE_FULL
                  + ":"
                  + SECOND_FULL
                  + "[ \\t]+("
                  + OFFSET
                  + ")",
              FreeText::logFormat),
          rule(YEAR_4, (text, token) -> text.result.year = Integer.valueOf(token.group(1))),
          rule(WEEKDAY, FreeText::weekday),
          rule(MONTH_TEXT, (text, token) -> text.month(token.group(1))),
          rule(OFFSET + "|" + ZONE, (text, token) -> text.zone(token.group())),
          rule("([+-]*)[ \\t]*([0-9]{1,9})[ \\t]*" + UNIT, FreeText::shift));

  private final DateText result;
  private final String latin;
  private int at;
  private boolean haveTime;
  private boolean haveDate;
  private int zones;

  private FreeText(String text) {
    this.result = new DateText(text);
    this.latin = result.latin();
  }

  /** Reads a text. */
  static DateText read(String text) {
    FreeText reader = new FreeText(text);
    if (text.isBlank()) {
      reader.result.error(0, "Empty string");
    }
    while (reader.at < reader.latin.length()) {
      reader.readToken();
    }
    return reader.result;
  }

  private void readToken() {
    char c = latin.charAt(at);
    @Nullable Matcher longest = null;
    @Nullable Action action = null;
    for (Rule rule : RULES) {
      Matcher matcher = rule.pattern.matcher(latin);
      matcher.region(at, latin.length());
      boolean matches = matcher.lookingAt();
      if (matches && (longest == null || matcher.end() > longest.end())) {
        longest = matcher;
        action = rule.action;
      }
    }
    if (longest != null && action != null) {
      action.apply(this, longest);
      at = longest.end();
      return;
    }
    if (" .,\t".indexOf(c) < 0) {
      result.error(at, "Unexpected character");
    }
    at++;
  }

  private void day(int shift) {
    midnight();
    result.shiftDays(shift);
  }

  private void midnight() {
    haveTime = false;
    result.time(0, 0, 0, 0);
  }

  private void time(int hour, int minute, int second, int millisecond) {
    if (haveTime) {
      result.error(at, "Double time specification");
      return;
    }
    haveTime = true;
    result.time(hour, minute, second, millisecond);
  }

  /** A time from the groups of a token: hour, minute, second, fraction, as many as there are. */
  private void time(Matcher token, int group) {
    time(
        number(token, group),
        number(token, group + 1),
        number(token, group + 2),
        millis(group + 3 <= token.groupCount() ? token.group(group + 3) : null));
  }

  private static int number(Matcher token, int group) {
    String digits = group <= token.groupCount() ? token.group(group) : null;
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private static int millis(@Nullable String fraction) {
    return fraction == null ? 0 : Integer.parseInt((fraction.substring(1) + "000").substring(0, 3));
  }

  private static void twelveHours(FreeText text, Matcher token) {
    int hour = number(token, 1) % 12;
    boolean afternoon = token.group(4).equalsIgnoreCase("p");
    text.time(afternoon ? hour + 12 : hour, number(token, 2), number(token, 3), 0);
  }

  private static void yearMonthDay(FreeText text, Matcher token) {
    text.date(token.group(1), token.group(2), token.group(3));
  }

  private static void dateAndTime(FreeText text, Matcher token) {
    yearMonthDay(text, token);
    text.time(token, 4);
    String offset = token.groupCount() >= 8 ? token.group(8) : null;
    if (offset != null) {
      text.zone(offset);
    }
  }

  private static void logFormat(FreeText text, Matcher token) {
    text.time(token, 4);
    text.date(token.group(3), token.group(2), token.group(1));
    text.zone(token.group(7));
  }

  private void date(@Nullable String year, String month, String day) {
    if (haveDate) {
      result.error(at, "Double date specification");
      return;
    }
    haveDate = true;
    if (year != null) {
      result.year = year(year);
    }
    result.month = monthNumber(month);
    result.day = Integer.valueOf(day);
  }

  /** Years of one or two digits are of this century until 69, then of the last. */
  private static int year(String digits) {
    int year = Integer.parseInt(digits);
    boolean isShort = digits.length() < 4 && year < 100;
    return !isShort ? year : year < 70 ? year + 2000 : year + 1900;
  }

  private static int monthNumber(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (Character.isDigit(lower.charAt(0))) {
      return Integer.parseInt(lower);
    }
    int roman = ROMAN.indexOf(lower);
    return 1 + (roman >= 0 ? roman : MONTHS.indexOf(lower.substring(0, 3)));
  }

  private void month(String text) {
    haveDate = true;
    result.month = monthNumber(text);
  }

  private static void isoWeek(FreeText text, Matcher token) {
    int weekday = token.group(3) == null ? 1 : number(token, 3);
    LocalDate monday =
        LocalDate.of(number(token, 1), 1, 4)
            .with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, number(token, 2))
            .with(DayOfWeek.MONDAY);
    LocalDate date = monday.plusDays(weekday - 1L);
    text.result.date(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
    text.haveDate = true;
  }

  private void epoch(long seconds) {
    haveDate = true;
    result.date(1970, 1, 1);
    time(0, 0, 0, 0);
    result.shiftSeconds(seconds);
    zones++;
    result.zone(ZoneOffset.UTC, "UTC");
  }

  private static void weekday(FreeText text, Matcher token) {
    String name = token.group(1).toLowerCase(Locale.ROOT).substring(0, 3);
    text.midnight();
    text.result.weekday(DayOfWeek.of(1 + WEEKDAYS.indexOf(name)));
  }

  private void zone(String name) {
    if (zones > 0) {
      if (zones > 1) {
        result.error(at, "Double timezone specification");
      } else {
        result.warning(at, "Double timezone specification");
      }
      zones++;
      return;
    }
    zones++;
    Optional<ZoneId> found = ZoneText.find(name);
    if (found.isEmpty()) {
      result.error(at, "The timezone could not be found in the database");
    } else {
      result.zone(found.get(), name);
    }
  }

  private static void shift(FreeText text, Matcher token) {
    long minuses = token.group(1).chars().filter(c -> c == '-').count();
    int amount = Integer.parseInt(token.group(2)) * (minuses % 2 == 0 ? 1 : -1);
    String unit = token.group(3).toLowerCase(Locale.ROOT);
    DateText result = text.result;
    if (unit.startsWith("sec")) {
      result.shiftSeconds(amount);
    } else if (unit.startsWith("min")) {
      result.shiftSeconds(60L * amount);
    } else if (unit.startsWith("hour")) {
      result.shiftSeconds(3600L * amount);
    } else if (unit.startsWith("day")) {
      result.shiftDays(amount);
    } else if (unit.startsWith("week")) {
      result.shiftDays(7L * amount);
    } else if (unit.startsWith("fortnight")) {
      result.shiftDays(14L * amount);
    } else if (unit.startsWith("month")) {
      result.shiftMonths(amount);
    } else if (unit.startsWith("year")) {
      result.shiftMonths(12 * amount);
    } else {
      result.millisecond += amount;
    }
  }
}
