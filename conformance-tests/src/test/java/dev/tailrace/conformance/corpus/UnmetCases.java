package dev.tailrace.conformance.corpus;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The cases of one corpus file that cannot be met, from the list {@code unmet-cases.txt}. Each of
 * its lines is a file, the input as canonical Extended JSON, and the reason, with tabs between
 * them; lines that start with {@code #} are comments.
 *
 * @param reasons by input
 */
record UnmetCases(Map<String, String> reasons) {

  static UnmetCases of(String file) {
    Map<String, String> reasons =
        text()
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(line -> List.of(line.split("\t", -1)))
            .peek(UnmetCases::requireReason)
            .filter(columns -> columns.get(0).equals(file))
            .collect(toUnmodifiableMap(columns -> columns.get(1), columns -> columns.get(2)));
    return new UnmetCases(reasons);
  }

  private static void requireReason(List<String> columns) {
    if (columns.size() != 3 || columns.get(2).isBlank()) {
      throw new IllegalStateException("expected file, input and reason, but found " + columns);
    }
  }

  private static String text() {
    try (InputStream list = UnmetCases.class.getResourceAsStream("unmet-cases.txt")) {
      return new String(requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
