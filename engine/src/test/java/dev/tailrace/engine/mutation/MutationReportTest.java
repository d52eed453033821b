package dev.tailrace.engine.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How mutants are named: by what a reader sees, and by nothing that moves with other lines. */
class MutationReportTest {

  private static final String SOURCE =
      """
      class A {
        int x = a + b + c;

        int y = a < b ? 1 : 2;
      }
      """;

  private final Path directory;

  MutationReportTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private List<Mutant> read(String... mutations) throws IOException {
    Path report = directory.resolve("mutations.xml");
    Files.writeString(report, "<mutations>" + String.join("", mutations) + "</mutations>");
    Path sources = Files.createDirectories(directory.resolve("dev/tailrace/engine/token"));
    Files.writeString(sources.resolve("A.java"), SOURCE);
    return MutationReport.read(report, directory);
  }

  private static String mutation(String status, int line, int index, String description) {
    return """
        <mutation detected='true' status='%s'>
        <sourceFile>A.java</sourceFile><mutatedClass>dev.tailrace.engine.token.A$B</mutatedClass>
        <mutatedMethod>m</mutatedMethod><lineNumber>%d</lineNumber>
        <indexes><index>%d</index><index>0</index></indexes>
        <description>%s</description></mutation>
        """
        .formatted(status, line, index, description);
  }

  @Test
  void aMutantIsNamedByMethodChangeAndSource() throws IOException {
    assertThat(read(mutation("SURVIVED", 4, 5, "changed conditional boundary")))
        .containsExactly(
            new Mutant(
                "dev.tailrace.engine.token.A$B",
                "token.A$B.m | changed conditional boundary | int y = a < b ? 1 : 2;",
                "A.java:4",
                false));
  }

  @Test
  void packagesAndTheMutatedMethodAreLeftOut() throws IOException {
    assertThat(
            read(
                mutation("KILLED", 2, 1, "removed call to dev/tailrace/engine/token/C$D::put"),
                mutation("KILLED", 4, 2, "replaced int return with 0 for dev/tailrace/A$B::m")))
        .extracting(Mutant::where)
        .containsExactlyInAnyOrder(
            "token.A$B.m | removed call to C$D::put | int x = a + b + c;",
            "token.A$B.m | replaced int return with 0 | int y = a < b ? 1 : 2;");
  }

  @Test
  void equalChangesOfALineAreCountedInTheOrderOfTheCode() throws IOException {
    String change = "Replaced integer addition with subtraction";
    assertThat(read(mutation("SURVIVED", 2, 11, change), mutation("KILLED", 2, 9, change)))
        .extracting(Mutant::where, Mutant::killed)
        .containsExactly(
            tuple("token.A$B.m | " + change + " (1 of 2) | int x = a + b + c;", true),
            tuple("token.A$B.m | " + change + " (2 of 2) | int x = a + b + c;", false));
  }

  /** PIT itself takes the last two for detected. */
  @ParameterizedTest
  @CsvSource({
    "KILLED, true",
    "TIMED_OUT, true",
    "MEMORY_ERROR, true",
    "SURVIVED, false",
    "NO_COVERAGE, false",
    "NON_VIABLE, false",
    "RUN_ERROR, false",
  })
  void aMutantIsKilledIfATestMinds(String status, boolean killed) throws IOException {
    assertThat(read(mutation(status, 2, 1, "changed")))
        .extracting(Mutant::killed)
        .containsExactly(killed);
  }
}
