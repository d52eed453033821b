package dev.tailrace.conformance.fidelity;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What there is to be proved, and what proves it: the file {@code behaviours.txt}, whose head says
 * how to read it.
 *
 * @param sections in the order of the file
 */
record Behaviours(List<Section> sections) {

  private static final String FILE = "behaviours.txt";
  private static final String TITLE = "= ";

  /** Behaviours that belong together. */
  record Section(String title, List<Line> lines) {}

  /** One line of the file: its first column, and the others. */
  record Line(Kind kind, List<String> columns) {

    String column(int index) {
      return columns.get(index);
    }

    /** The last column, which is a list. */
    List<String> proofs() {
      return Arrays.stream(columns.get(columns.size() - 1).split(",", -1))
          .map(String::strip)
          .toList();
    }
  }

  /** Where the proof of a behaviour comes from. */
  enum Kind {
    /** Recorded conversations: their names. */
    RECORDED(1),
    /** Files of official tests: the behaviour, and the files as suite/file. */
    OFFICIAL(2),
    /** Tests that are the cases of a recording: as for {@link #TEST}, and they are counted. */
    CASES(4),
    /** Tests: the behaviour, its releases, its source, and the tests. */
    TEST(4);

    private final int columns;

    Kind(int columns) {
      this.columns = columns;
    }
  }

  /** Reads the file. */
  static Behaviours read() throws IOException {
    try (InputStream in = Behaviours.class.getResourceAsStream(FILE)) {
      return parse(new String(requireNonNull(in, FILE).readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /**
   * Reads the text of such a file.
   *
   * @throws IllegalArgumentException if a line is none
   */
  static Behaviours parse(String text) {
    List<Section> sections = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith(TITLE)) {
        sections.add(new Section(line.substring(TITLE.length()).strip(), new ArrayList<>()));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        sections.get(sections.size() - 1).lines().add(parseLine(line));
      }
    }
    return new Behaviours(sections);
  }

  private static Line parseLine(String line) {
    List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    for (Kind kind : Kind.values()) {
      if (kind.name().equalsIgnoreCase(cells.get(0)) && cells.size() == kind.columns + 1) {
        return new Line(kind, cells.subList(1, cells.size()));
      }
    }
    throw new IllegalArgumentException("%s: no behaviour: %s".formatted(FILE, line));
  }

  /** Every proof of a kind. */
  List<String> proofs(Kind kind) {
    return sections.stream()
        .flatMap(section -> section.lines().stream())
        .filter(line -> line.kind() == kind)
        .flatMap(line -> line.proofs().stream())
        .toList();
  }
}
