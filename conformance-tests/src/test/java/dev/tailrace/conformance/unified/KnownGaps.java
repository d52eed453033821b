package dev.tailrace.conformance.unified;

import dev.tailrace.conformance.support.TextTable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The official tests that do not pass, each with its reason: the file {@code known-gaps.txt}. A
 * test that does not pass and is not listed fails the build, and so does a listed one that passes,
 * or that fails in another way than listed.
 */
final class KnownGaps {

  private static final List<Gap> ALL =
      TextTable.read(KnownGaps.class, "known-gaps.txt", 5).stream().map(Gap::of).toList();

  private KnownGaps() {}

  /** The gap that explains why a test does not pass, with this client on this server. */
  static Optional<Gap> find(String test, String client, String server) {
    return ALL.stream().filter(gap -> gap.covers(test, client, server)).findFirst();
  }

  /** Every gap, in the order of the list. */
  static List<Gap> all() {
    return ALL;
  }

  /**
   * One line of the list. In the first three, a {@code *} stands for anything.
   *
   * @param test the test: suite/file/description
   * @param client the client under test
   * @param server the server
   * @param symptom words from the message of the failure
   * @param reason why it is so
   */
  record Gap(String test, String client, String server, String symptom, String reason) {

    private static Gap of(List<String> row) {
      return new Gap(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4));
    }

    boolean covers(String aTest, String aClient, String aServer) {
      return matches(test, aTest) && matches(client, aClient) && matches(server, aServer);
    }

    private static boolean matches(String pattern, String name) {
      String regex =
          Arrays.stream(pattern.split("\\*", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining(".*"));
      return Pattern.matches(regex, name);
    }

    /** Whether this is the failure that is listed. */
    boolean explains(Throwable failure) {
      return String.valueOf(failure.getMessage()).contains(symptom);
    }
  }
}
