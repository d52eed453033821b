package dev.tailrace.fakeserver.query.date;

import dev.tailrace.fakeserver.error.CommandFailure;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Time zones by the names that the server takes: offsets, and names of the Olson database. */
public final class TimeZones {

  private static final Pattern OFFSET = Pattern.compile("([+-])(\\d\\d):?(\\d\\d)?");

  private TimeZones() {}

  /**
   * The zone of that name.
   *
   * @throws CommandFailure if there is none
   */
  public static ZoneId parse(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new CommandFailure(40_485, "unrecognized time zone identifier: \"" + name + "\""));
  }

  static Optional<ZoneId> find(String name) {
    Matcher offset = OFFSET.matcher(name);
    if (offset.matches()) {
      int hours = Integer.parseInt(offset.group(2));
      int minutes = offset.group(3) == null ? 0 : Integer.parseInt(offset.group(3));
      int sign = offset.group(1).equals("-") ? -1 : 1;
      int seconds = sign * (hours * 3600 + minutes * 60);
      return Math.abs(seconds) <= 18 * 3600
          ? Optional.of(ZoneOffset.ofTotalSeconds(seconds))
          : Optional.empty();
    }
    if (name.equals("UTC") || name.equals("GMT")) {
      return Optional.of(ZoneOffset.UTC);
    }
    String fixed = ZoneId.SHORT_IDS.get(name);
    boolean isFixed = fixed != null && fixed.startsWith("-");
    if (!isFixed && !ZoneId.getAvailableZoneIds().contains(name)) {
      return Optional.empty();
    }
    return Optional.of(ZoneId.of(name, ZoneId.SHORT_IDS));
  }

  /** The date as a calendar in the zone shows it. */
  public static ZonedDateTime at(long millis, ZoneId zone) {
    return Instant.ofEpochMilli(millis).atZone(zone);
  }
}
