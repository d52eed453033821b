package dev.tailrace.conformance.corpus;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The cases of one corpus file that cannot be met, from the list {@code unmet-cases.txt}. Each of
 * its lines is a file, the input as canonical Extended JSON, and the reason, with tabs between
 * them; lines that start with {@code #} are comments.
 */
record UnmetCases(List<String> inputs) {

  static UnmetCases of(String file) {
    List<String> inputs =
        text()
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(line -> List.of(line.split("\t", -1)))
            .peek(UnmetCases::requireReason)
            .filter(columns -> columns.get(0).equals(file))
            .map(columns -> columns.get(1))
            .toList();
    return new UnmetCases(inputs);
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
