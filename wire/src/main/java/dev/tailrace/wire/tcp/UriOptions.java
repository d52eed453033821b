package dev.tailrace.wire.tcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The options of one connection string, read by type. A value that is not of its option's type, and
 * an option that nobody asked for, become warnings (connection string specification, "Values",
 * "Keys"); the option then has its default.
 */
final class UriOptions {

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  /** Each name as it was written first, by the same in lower case. */
  private final Map<String, String> spellings = new LinkedHashMap<>();

  private final Set<String> asked = new TreeSet<>();
  private final List<String> warnings = new ArrayList<>();

  /** The same options, for whoever asks for them anew. */
  UriOptions(UriOptions same) {
    values.putAll(same.values);
    spellings.putAll(same.spellings);
  }

  /**
   * Reads {@code name=value&name=value}.
   *
   * @throws ConnectionStringException if it is not of that form
   */
  UriOptions(String query) {
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String shown = mayBePassword(query) ? "an option" : "option " + name;
      if (equals < 0) {
        throw new ConnectionStringException(shown + ": expected an equals sign and a value");
      }
      spellings.putIfAbsent(key(name), name);
      values
          .computeIfAbsent(key(name), key -> new ArrayList<>())
          .add(PercentCoding.decode(pair.substring(equals + 1), shown));
    }
  }

  /** Whether what looks like an option may be the rest of a password that should be encoded. */
  private static boolean mayBePassword(String query) {
    return query.toLowerCase(Locale.ROOT).contains("password=");
  }

  /** All values of an option that may be repeated, in order. */
  List<String> list(String name) {
    asked.add(key(name));
    return values.getOrDefault(key(name), List.of());
  }

  /** The value of an option; the first one if it is repeated. Empty values count as none. */
  Optional<String> string(String name) {
    List<String> all = list(name);
    if (all.size() > 1) {
      warnings.add("option " + name + " is repeated; the first value is used");
    }
    if (!all.isEmpty() && all.get(0).isEmpty()) {
      warnings.add("option " + name + " has no value; it is ignored");
      return Optional.empty();
    }
    return all.stream().findFirst();
  }

  boolean flag(String name, boolean otherwise) {
    return string(name)
        .flatMap(
            value ->
                switch (value) {
                  case "true" -> Optional.of(true);
                  case "false" -> Optional.of(false);
                  default -> {
                    warn(name, "true or false", value);
                    yield Optional.<Boolean>empty();
                  }
                })
        .orElse(otherwise);
  }

  Optional<Integer> integer(String name, int min) {
    return string(name)
        .flatMap(
            value -> {
              Optional<Integer> number = parse(value).filter(n -> n >= min);
              if (number.isEmpty()) {
                warn(name, "a number of at least " + min, value);
              }
              return number;
            });
  }

  Duration millis(String name, int min, Duration otherwise) {
    return integer(name, min).map(Duration::ofMillis).orElse(otherwise);
  }

  void warn(String name, String expected, String found) {
    warnings.add("option " + name + ": expected " + expected + ", found " + found + "; ignored");
  }

  /**
   * Says of an option that is given that it does nothing here.
   *
   * @param name as it was written
   * @param why what is to be done instead, or why nothing is
   */
  void warnOfNoEffect(String name, String why) {
    asked.add(key(name));
    warnings.add("option " + name + " has no effect here: " + why);
  }

  /** Takes {@code value} for an option that is not given. */
  void setDefault(String name, String value) {
    spellings.putIfAbsent(key(name), name);
    values.putIfAbsent(key(name), List.of(value));
  }

  /** The names of all options that are given, as they were written. */
  Collection<String> names() {
    return spellings.values();
  }

  /** What was wrong but not fatal, and every option that no getter was called for. */
  List<String> warnings() {
    List<String> all = new ArrayList<>(warnings);
    for (String name : values.keySet()) {
      if (!asked.contains(name)) {
        all.add(shown(spellings.getOrDefault(name, name)) + " is not known; it is ignored");
      }
    }
    return all;
  }

  /** How an option is named that nobody may know: not, where it may be a part of a password. */
  String shown(String name) {
    return values.keySet().stream().anyMatch(UriOptions::isPassword)
        ? "an option"
        : "option " + name;
  }

  private static boolean isPassword(String name) {
    return name.endsWith("password");
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static Optional<Integer> parse(String value) {
    try {
      return Optional.of(Integer.valueOf(value));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
