package dev.tailrace.conformance.fidelity;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.tailrace.conformance.fidelity.Behaviours.Kind;
import dev.tailrace.conformance.fidelity.Behaviours.Line;
import dev.tailrace.conformance.fidelity.Behaviours.Section;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Makes the table: for each behaviour its releases, its source, and how its tests went. */
final class FidelityTable {

  private static final String HEAD =
      """
      # Fidelity

      What the fake replica set does as a real server does it, and what proves it. `mvn verify` makes
      this table from what its tests reported, and fails where it is not what stands here; how to
      write it anew, and what it is made from, says [CONTRIBUTING.md](../CONTRIBUTING.md).

      - **Releases** are those that the tests played.
      - **Sources** are a recorded server (MongoDB 4.4.1), the official tests of the drivers'
        specifications, and sections of a reference that was put together from the server's sources,
        its tests and its manual.
      - **State** is what the tests say: *passed*, skipped, or listed as different, with the reason.
        A test that fails and is not listed fails the build.
      """;

  /** Behind it stands the reason of a test that is known to go otherwise. */
  private static final String LISTED = "listed as different: ";

  /** Instead of releases: those that tests have for their first argument. */
  private static final String AS_PLAYED = "-";

  /** Instead of releases: what a set plays that was not told what to play. */
  private static final String NEWEST = "newest";

  private static final String RECORDED_RELEASE = "4.4";

  /** Behind the number of the run, and the name of the argument if that is told. */
  private static final Pattern FIRST_ARGUMENT =
      Pattern.compile(".*?\\[\\d+] ?(?:\\w+ = )?([^,]*).*", Pattern.DOTALL);

  private final Sources sources;
  private final Outcomes outcomes;
  private final Map<String, List<OfficialPlay>> plays;

  FidelityTable(Sources sources, Outcomes outcomes) {
    this.sources = sources;
    this.outcomes = outcomes;
    this.plays =
        outcomes.all().stream()
            .flatMap(outcome -> OfficialPlay.of(outcome).stream())
            .collect(groupingBy(OfficialPlay::file, TreeMap::new, toList()));
  }

  /** The names of the official files that were played. */
  Collection<String> officialFiles() {
    return plays.keySet();
  }

  /**
   * The whole file.
   *
   * @throws IllegalArgumentException if a behaviour names what does not exist, or no test reported
   */
  String of(Behaviours behaviours) {
    return HEAD + behaviours.sections().stream().map(this::section).collect(joining());
  }

  private String section(Section section) {
    return "\n## %s\n\n| behaviour | releases | source | state |\n|---|---|---|---|\n"
            .formatted(section.title())
        + section.lines().stream().map(this::row).collect(joining());
  }

  private String row(Line line) {
    return switch (line.kind()) {
      case RECORDED -> recorded(line);
      case OFFICIAL -> official(line);
      case CASES -> tested(line, true);
      case TEST -> tested(line, false);
    };
  }

  private String recorded(Line line) {
    String pattern = line.column(0);
    List<String> names =
        sources.conversations().keySet().stream()
            .filter(name -> line.proofs().stream().anyMatch(proof -> Names.match(proof, name)))
            .toList();
    List<String> abouts = names.stream().map(sources.conversations()::get).distinct().toList();
    if (abouts.size() != 1) {
      throw new IllegalArgumentException(
          "expected conversations about one thing, found %s: %s".formatted(abouts, pattern));
    }
    List<Outcome> found =
        outcomes.of("GoldenConversationsTest").stream()
            .filter(outcome -> names.stream().anyMatch(name -> outcome.name().endsWith(" " + name)))
            .toList();
    if (found.size() != names.size()) {
      throw new IllegalArgumentException("not each of these conversations was reported: " + names);
    }
    return row(
        abouts.get(0), RECORDED_RELEASE, "recorded server, `" + pattern + "`", state(found, false));
  }

  private String official(Line line) {
    List<OfficialPlay> found =
        plays.entrySet().stream()
            .filter(
                file -> line.proofs().stream().anyMatch(proof -> Names.match(proof, file.getKey())))
            .flatMap(file -> file.getValue().stream())
            .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException("no report tells of the official tests " + line.proofs());
    }
    // A test counts once, however many clients and servers have played it: the worst of its plays.
    Map<String, List<OfficialPlay>> byTest =
        found.stream()
            .collect(groupingBy(play -> play.file() + "/" + play.test(), TreeMap::new, toList()));
    List<Outcome> worst =
        byTest.values().stream()
            .map(
                plays ->
                    plays.stream()
                        .map(OfficialPlay::outcome)
                        .max(Comparator.comparing(Outcome::state).thenComparing(Outcome::reason))
                        .orElseThrow())
            .toList();
    String files = line.proofs().stream().map(proof -> "`" + proof + "`").collect(joining(", "));
    return row(
        line.column(0),
        Releases.among(found.stream().map(OfficialPlay::release).toList()),
        "official tests, " + files,
        state(worst, true));
  }

  private String tested(Line line, boolean isCounted) {
    List<Outcome> found =
        line.proofs().stream().flatMap(proof -> outcomes.of(proof).stream()).toList();
    return row(
        line.column(0),
        releases(line.column(1), found),
        sources.withTitles(line.column(2)),
        state(found, isCounted));
  }

  private static String releases(String told, List<Outcome> outcomes) {
    if (!told.equals(AS_PLAYED)) {
      return told.equals(NEWEST) ? Releases.newest() : told;
    }
    String played = Releases.among(outcomes.stream().map(FidelityTable::firstArgument).toList());
    if (played.isEmpty()) {
      throw new IllegalArgumentException("say which releases: " + outcomes.get(0));
    }
    return played;
  }

  /** Of a test that runs for several: its name then ends in {@code [1] 4.4, 40575}. */
  private static String firstArgument(Outcome outcome) {
    return FIRST_ARGUMENT.matcher(outcome.name()).replaceFirst("$1");
  }

  private static String state(List<Outcome> outcomes, boolean isCounted) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    outcomes.stream()
        .sorted(Comparator.comparing(Outcome::state).thenComparing(Outcome::reason))
        .forEach(outcome -> counts.merge(words(outcome), 1, Integer::sum));
    if (counts.size() == 1 && !isCounted) {
      return counts.keySet().iterator().next();
    }
    return counts.entrySet().stream()
        .map(count -> count.getValue() + " " + count.getKey())
        .collect(joining("; "));
  }

  private static String words(Outcome outcome) {
    return switch (outcome.state()) {
      case PASSED -> "passed";
      case SKIPPED ->
          outcome.reason().startsWith(LISTED) ? outcome.reason() : "skipped: " + outcome.reason();
      case FAILED -> "FAILED";
    };
  }

  private static String row(String... cells) {
    StringBuilder row = new StringBuilder();
    for (String cell : cells) {
      row.append("| ").append(cell.replace("|", "\\|")).append(' ');
    }
    return row.append("|\n").toString();
  }

  /** What none of the behaviours is about, of what should be in the table. */
  static List<String> unplaced(Collection<String> names, Behaviours behaviours, Kind kind) {
    List<String> proofs = behaviours.proofs(kind);
    return names.stream()
        .filter(name -> proofs.stream().noneMatch(proof -> Names.match(proof, name)))
        .toList();
  }
}
