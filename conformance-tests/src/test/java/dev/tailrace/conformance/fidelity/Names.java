package dev.tailrace.conformance.fidelity;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names in which a {@code *} stands for anything. */
final class Names {

  private Names() {}

  static boolean match(String pattern, String name) {
    String regex =
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.matches(regex, name);
  }
}
