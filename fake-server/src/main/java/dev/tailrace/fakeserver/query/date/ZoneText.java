package dev.tailrace.fakeserver.query.date;

import com.google.common.collect.ImmutableMap;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Time zones as they stand in the text of a date: offsets, abbreviations, names. */
final class ZoneText {

  private static final Pattern OFFSET =
      Pattern.compile(
          "(?:GMT)?([+-])(?:(\\d{1,2}):?(\\d{1,2})?|(\\d)(\\d\\d))", Pattern.CASE_INSENSITIVE);

  /** Common abbreviations with their offsets in minutes. */
  private static final ImmutableMap<String, Integer> ABBREVIATIONS =
      ImmutableMap.<String, Integer>builder()
          .put("acdt", 630)
          .put("acst", 570)
          .put("adt", -180)
          .put("aedt", 660)
          .put("aest", 600)
          .put("akdt", -480)
          .put("akst", -540)
          .put("ast", -240)
          .put("awst", 480)
          .put("bst", 60)
          .put("cat", 120)
          .put("cdt", -300)
          .put("cest", 120)
          .put("cet", 60)
          .put("cst", -360)
          .put("eat", 180)
          .put("edt", -240)
          .put("eest", 180)
          .put("eet", 120)
          .put("est", -300)
          .put("gmt", 0)
          .put("hdt", -540)
          .put("hkt", 480)
          .put("hst", -600)
          .put("idt", 180)
          .put("ist", 120)
          .put("jst", 540)
          .put("kst", 540)
          .put("mdt", -360)
          .put("msd", 240)
          .put("msk", 180)
          .put("mst", -420)
          .put("ndt", -150)
          .put("nst", -210)
          .put("nzdt", 780)
          .put("nzst", 720)
          .put("pdt", -420)
          .put("pkt", 300)
          .put("pst", -480)
          .put("sast", 120)
          .put("sst", -660)
          .put("utc", 0)
          .put("wat", 60)
          .put("west", 60)
          .put("wet", 0)
          .put("wib", 420)
          .put("wit", 540)
          .put("wita", 480)
          .put("z", 0)
          .buildOrThrow();

  /** The military zones A to I and K to M, an hour each eastward; N to Y are westward. */
  private static final String EAST = "abcdefghiklm";

  private static final String WEST = "nopqrstuvwxy";

  private ZoneText() {}

  static Optional<ZoneId> find(String text) {
    String name = text.replace("(", "").replace(")", "");
    Matcher offset = OFFSET.matcher(name);
    if (offset.matches()) {
      return Optional.of(ofOffset(offset));
    }
    String lower = name.toLowerCase(Locale.ROOT);
    Integer minutes = ABBREVIATIONS.get(lower);
    if (minutes == null && lower.length() == 1) {
      int east = EAST.indexOf(lower);
      int west = WEST.indexOf(lower);
      minutes = east >= 0 ? Integer.valueOf(60 * (east + 1)) : west >= 0 ? -60 * (west + 1) : null;
    }
    if (minutes != null) {
      return Optional.of(ZoneOffset.ofTotalSeconds(minutes * 60));
    }
    return ZoneId.getAvailableZoneIds().stream()
        .filter(id -> id.equalsIgnoreCase(name))
        .sorted()
        .findFirst()
        .map(ZoneId::of);
  }

  private static ZoneId ofOffset(Matcher offset) {
    boolean threeDigits = offset.group(4) != null;
    String hours = threeDigits ? offset.group(4) : offset.group(2);
    String minutes = threeDigits ? offset.group(5) : offset.group(3);
    int total = Integer.parseInt(hours) * 60 + (minutes == null ? 0 : Integer.parseInt(minutes));
    int clamped = Math.min(total, 18 * 60);
    return ZoneOffset.ofTotalSeconds((offset.group(1).equals("-") ? -clamped : clamped) * 60);
  }
}
