package dev.tailrace.conformance.fidelity;

import dev.tailrace.fakeserver.ServerVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Release lines, as they are told in the names of tests. */
final class Releases {

  private static final List<String> ALL =
      ServerVersion.ALL.stream().map(version -> version.major() + "." + version.minor()).toList();

  private static final Pattern VERSION = Pattern.compile("(\\d+\\.\\d+)(\\.\\d+)?");

  private Releases() {}

  /** The lines of those of these texts that are versions: {@code 4.2–8.2}, or {@code 4.4, 8.0}. */
  static String among(Collection<String> texts) {
    Set<Integer> found = new TreeSet<>();
    for (String text : texts) {
      Matcher version = VERSION.matcher(text);
      if (version.matches() && ALL.contains(version.group(1))) {
        found.add(ALL.indexOf(version.group(1)));
      }
    }
    return text(List.copyOf(found));
  }

  /** The line that a set plays which was not told what to play. */
  static String newest() {
    return ALL.get(ALL.size() - 1);
  }

  /** Of three and more in a row, the first and the last. */
  private static String text(List<Integer> indexes) {
    List<String> parts = new ArrayList<>();
    for (int from = 0, to; from < indexes.size(); from = to + 1) {
      to = from;
      while (to + 1 < indexes.size() && indexes.get(to + 1) == indexes.get(to) + 1) {
        to++;
      }
      if (to - from >= 2) {
        parts.add(ALL.get(indexes.get(from)) + "–" + ALL.get(indexes.get(to)));
      } else {
        indexes.subList(from, to + 1).forEach(index -> parts.add(ALL.get(index)));
      }
    }
    return String.join(", ", parts);
  }
}
