package dev.tailrace.fakeserver.query.date;

import java.util.Locale;
import java.util.Optional;

/** The units in which operators count time. */
public enum TimeUnit {
  YEAR(0, 12),
  QUARTER(0, 3),
  MONTH(0, 1),
  WEEK(7 * 86_400_000L, 0),
  DAY(86_400_000L, 0),
  HOUR(3_600_000L, 0),
  MINUTE(60_000, 0),
  SECOND(1000, 0),
  MILLISECOND(1, 0);

  private final long millis;
  private final int months;

  TimeUnit(long millis, int months) {
    this.millis = millis;
    this.months = months;
  }

  /** The unit of that name, as {@code week}. */
  public static Optional<TimeUnit> find(String name) {
    for (TimeUnit unit : values()) {
      if (unit.text().equals(name)) {
        return Optional.of(unit);
      }
    }
    return Optional.empty();
  }

  /** The unit's name. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How long it is; 0 if that depends on the month. */
  public long millis() {
    return millis;
  }

  /** How many months it has; 0 if it is no longer than a week. */
  int months() {
    return months;
  }

  /** Whether it is a day or longer, and so counted in local time. */
  boolean isCalendar() {
    return compareTo(DAY) <= 0;
  }
}
