package dev.tailrace.fakeserver.query.date;

import dev.tailrace.fakeserver.error.CommandFailure;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/** Arithmetic on dates. Days and longer units are counted in local time, shorter ones in UTC. */
public final class DateMath {

  /** More of a unit than this cannot lie between two dates. */
  private static final long MAX_DAYS = Long.divideUnsigned(-1L, TimeUnit.DAY.millis()) + 1;

  private static final long MAX_BINS = 100_000_000_000L;

  private DateMath() {}

  /**
   * The date so many units later; in a shorter month the day becomes its last.
   *
   * @throws CommandFailure if there is no such date
   */
  public static long add(long millis, TimeUnit unit, long amount, ZoneId zone) {
    try {
      if (unit == TimeUnit.MILLISECOND) {
        return Math.addExact(millis, amount);
      }
      requireAmount(amount, unit);
      if (!unit.isCalendar()) {
        return Math.addExact(millis, Math.multiplyExact(amount, unit.millis()));
      }
      LocalDateTime local = TimeZones.at(millis, zone).toLocalDateTime();
      LocalDateTime moved =
          unit.months() > 0
              ? local.plusMonths(amount * unit.months())
              : local.plusDays(amount * (unit == TimeUnit.WEEK ? 7 : 1));
      return millis(moved.atZone(zone));
    } catch (ArithmeticException | DateTimeException outOfRange) {
      throw new CommandFailure(5_166_406, "dateAdd overflowed");
    }
  }

  private static long millis(ZonedDateTime date) {
    return date.toInstant().toEpochMilli();
  }

  private static void requireAmount(long amount, TimeUnit unit) {
    long maxYears = MAX_DAYS / 365 + 1;
    long max =
        switch (unit) {
          case YEAR -> maxYears;
          case QUARTER -> maxYears * 4;
          case MONTH -> maxYears * 12;
          case WEEK -> MAX_DAYS / 7;
          default -> MAX_DAYS * (TimeUnit.DAY.millis() / unit.millis());
        };
    if (amount <= -max || amount >= max) {
      throw new CommandFailure(
          5_976_500, "invalid dateAdd 'amount' parameter value: " + amount + " " + unit.text());
    }
  }

  /**
   * How many boundaries of a unit lie between two dates.
   *
   * @param startOfWeek the day on which a week begins
   * @throws CommandFailure if there are too many
   */
  public static long difference(
      long startMillis, long endMillis, TimeUnit unit, ZoneId zone, DayOfWeek startOfWeek) {
    if (unit == TimeUnit.MILLISECOND) {
      try {
        return Math.subtractExact(endMillis, startMillis);
      } catch (ArithmeticException overflow) {
        throw new CommandFailure(5_166_308, "dateDiff overflowed");
      }
    }
    ZonedDateTime start = TimeZones.at(startMillis, zone);
    ZonedDateTime end = TimeZones.at(endMillis, zone);
    return unit.isCalendar()
        ? calendarDifference(start.toLocalDate(), end.toLocalDate(), unit, startOfWeek)
        : clockDifference(start, end, unit);
  }

  private static long calendarDifference(
      LocalDate start, LocalDate end, TimeUnit unit, DayOfWeek startOfWeek) {
    return switch (unit) {
      case YEAR -> (long) end.getYear() - start.getYear();
      case QUARTER -> quarters(end) - quarters(start);
      case MONTH -> months(end) - months(start);
      case WEEK ->
          ChronoUnit.DAYS.between(weekOf(start, startOfWeek), weekOf(end, startOfWeek)) / 7;
      default -> ChronoUnit.DAYS.between(start, end);
    };
  }

  private static long months(LocalDate date) {
    return date.getYear() * 12L + date.getMonthValue() - 1;
  }

  private static long quarters(LocalDate date) {
    return Math.floorDiv(months(date), 3);
  }

  private static LocalDate weekOf(LocalDate date, DayOfWeek startOfWeek) {
    return date.with(TemporalAdjusters.previousOrSame(startOfWeek));
  }

  /** Boundaries as a local clock shows them, but for those that a change of the offset makes. */
  private static long clockDifference(ZonedDateTime start, ZonedDateTime end, TimeUnit unit) {
    Duration length = Duration.ofMillis(unit.millis());
    ChronoUnit chronoUnit = ChronoUnit.valueOf(unit.name() + "S");
    LocalDateTime from = start.toLocalDateTime().truncatedTo(chronoUnit);
    LocalDateTime to = end.toLocalDateTime().truncatedTo(chronoUnit);
    int shift = start.getOffset().getTotalSeconds() - end.getOffset().getTotalSeconds();
    return chronoUnit.between(from, to) + shift / length.toSeconds();
  }

  /**
   * The beginning of the bin that a date lies in; bins are counted from the year 2000 on.
   *
   * @param binSize how many units a bin is long; positive
   * @throws CommandFailure if that is too much
   */
  public static long truncate(
      long millis, TimeUnit unit, long binSize, ZoneId zone, DayOfWeek startOfWeek) {
    LocalDate reference = LocalDate.of(2000, 1, 1);
    if (unit == TimeUnit.WEEK) {
      reference = reference.with(TemporalAdjusters.nextOrSame(startOfWeek));
    }
    long start = millis(reference.atStartOfDay(zone));
    try {
      if (!unit.isCalendar()) {
        long size = Math.multiplyExact(binSize, unit.millis());
        return Math.subtractExact(millis, Math.floorMod(Math.subtractExact(millis, start), size));
      }
    } catch (ArithmeticException overflow) {
      throw new CommandFailure(5_439_000, "dateTrunc overflowed");
    }
    if (binSize > MAX_BINS) {
      throw new CommandFailure(5_439_006, "dateTrunc unsupported binSize value");
    }
    long distance = difference(start, millis, unit, zone, startOfWeek);
    return add(start, unit, distance - Math.floorMod(distance, binSize), zone);
  }
}
