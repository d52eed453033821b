package dev.tailrace.conformance.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.conformance.fidelity.Behaviours.Kind;
import dev.tailrace.conformance.support.ServerProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the table in the tree against what the tests have reported. Runs after all of them, in
 * Maven's phase {@code verify}, and not where only some of them ran.
 *
 * <p>With {@code -Dtailrace.fidelity=rewrite} the table is written anew; the difference in the
 * repository is then what to look at.
 */
class FidelityCheck {

  private static final boolean REWRITE = "rewrite".equals(System.getProperty("tailrace.fidelity"));

  private static final Path TABLE = Path.of("FIDELITY.md");

  /** Of the modules whose tests prove something of the fake. */
  private static final List<Path> REPORTS =
      List.of(reports("../engine"), reports("../fake-server"), reports("."));

  /** Suites of which every file has to be in the table; others are about the tests' runner too. */
  private static final List<String> WHOLE_SUITES =
      List.of("change-streams/*", "retryable-reads/*", "client-side-operations-timeout/*");

  private static Path reports(String module) {
    return Path.of(module, "target", "surefire-reports");
  }

  @BeforeAll
  static void everythingHasRunOnTheFake() {
    String chosen = System.getProperty("test", "");
    assumeTrue(
        chosen.isEmpty() || chosen.equals(FidelityCheck.class.getSimpleName()),
        "not all tests ran");
    assumeTrue(ServerProfile.all().stream().allMatch(ServerProfile::isFake), "this was no fake");
    assumeTrue(
        REPORTS.stream().allMatch(Files::isDirectory), "a module did not run: run Maven with -am");
  }

  @Test
  void theTableSaysWhatTheTestsReported() throws IOException {
    Behaviours behaviours = Behaviours.read();
    Sources sources = Sources.read();
    FidelityTable table = new FidelityTable(sources, Outcomes.read(REPORTS));
    assertThat(FidelityTable.unplaced(sources.conversations().keySet(), behaviours, Kind.RECORDED))
        .as("recorded conversations that no behaviour names")
        .isEmpty();
    List<String> officialFiles =
        table.officialFiles().stream()
            .filter(file -> WHOLE_SUITES.stream().anyMatch(suite -> Names.match(suite, file)))
            .toList();
    assertThat(FidelityTable.unplaced(officialFiles, behaviours, Kind.OFFICIAL))
        .as("official files that no behaviour names")
        .isEmpty();
    String made = table.of(behaviours);
    if (REWRITE) {
      Files.writeString(TABLE, made);
    }
    assertThat(Files.exists(TABLE) ? Files.readString(TABLE) : "")
        .as("conformance-tests/FIDELITY.md (-Dtailrace.fidelity=rewrite makes it say this)")
        .isEqualTo(made);
  }
}
