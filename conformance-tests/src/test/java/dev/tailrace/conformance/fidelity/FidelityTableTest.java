package dev.tailrace.conformance.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.fakeserver.ServerVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of reports, in the form in which surefire writes them. */
class FidelityTableTest {

  private static final String REPORT =
      """
      <testsuite>
        <testcase name="passes" classname="a.OneTest"/>
        <testcase name="byRelease(String)[1] 4.2, 5.0" classname="a.OneTest"><system-out>x</system-out></testcase>
        <testcase name="byRelease(String)[2] release = 4.4.1, code = 8.0" classname="a.OneTest"/>
        <testcase name="byRelease(String)[3] 5.0" classname="a.OneTest"/>
        <testcase name="byRelease(String)[4] 8.2.1" classname="a.OneTest"/>
        <testcase name="cases() one" classname="a.CasesTest"/>
        <testcase name="cases() two" classname="a.CasesTest"/>
        <testcase name="cases() three" classname="a.CasesTest">
          <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: listed as different: rounding
      at somewhere]]></skipped>
        </testcase>
        <testcase name="fails" classname="a.TwoTest[1]"><failure message="no"/></testcase>
        <testcase name="fails" classname="a.TwoTest[2]"/>
        <testcase name="fails" classname="b.TwoTest"><error message="no"/></testcase>
        <testcase name="all() first" classname="c.GoldenConversationsTest"/>
        <testcase name="all() second-1" classname="c.GoldenConversationsTest"/>
        <testcase name="all() second-2" classname="c.GoldenConversationsTest"/>
        <testcase name="f engine() suite/f/one | two [engine, fake 4.4]" classname="dev.tailrace.conformance.unified.FTest"/>
        <testcase name="f driver() suite/f/one | two [driver, fake 8.0]" classname="dev.tailrace.conformance.unified.FTest"/>
        <testcase name="f engine() suite/f/other [engine, fake 4.4]" classname="dev.tailrace.conformance.unified.FTest"/>
        <testcase name="f driver() suite/f/other [driver, no server]" classname="dev.tailrace.conformance.unified.FTest"><skipped message="no | server"/></testcase>
      </testsuite>
      """;

  private static final Sources SOURCES =
      new Sources(
          Map.of("first", "something", "second-1", "something else", "second-2", "something else"),
          Map.of("3", "Events", "3.1", "Order of fields"));

  private FidelityTable table;

  @BeforeEach
  void report(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("TEST-all.xml"), REPORT);
    Files.writeString(directory.resolve("all.txt"), "for people");
    table = new FidelityTable(SOURCES, Outcomes.read(List.of(directory)));
  }

  private String row(String line) {
    String made = table.of(Behaviours.parse("= Section\n# a comment\n\n" + line));
    assertThat(made).contains("\n## Section\n");
    return made.substring(made.lastIndexOf("|---|\n") + 6).strip();
  }

  @Test
  void testsPassOrAreCounted() {
    assertThat(row("test | it | 5.0 | a book | OneTest.passes"))
        .isEqualTo("| it | 5.0 | a book | passed |");
    assertThat(row("cases | they | 4.4 | a book | CasesTest.cases"))
        .isEqualTo("| they | 4.4 | a book | 2 passed; 1 listed as different: rounding |");
    assertThat(row("test | it | newest | a book | OneTest.passes"))
        .contains(
            "| %s.%s |".formatted(ServerVersion.NEWEST.major(), ServerVersion.NEWEST.minor()));
  }

  @Test
  void releasesAreTheFirstArguments() {
    assertThat(row("test | it | - | a book | OneTest.byRelease")).contains("| 4.2–5.0, 8.2 |");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> row("test | it | - | a book | OneTest.passes"))
        .withMessageContaining("say which releases");
  }

  @Test
  void sectionsHaveTheirTitles() {
    assertThat(row("test | it | 5.0 | reference 3, 3.1 | OneTest"))
        .contains("| reference 3 (Events), 3.1 (Order of fields) |");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> row("test | it | 5.0 | reference 4 | OneTest"))
        .withMessageContaining("no section");
  }

  @Test
  void aFailureShows() {
    assertThat(row("test | it | 5.0 | a book | a.TwoTest")).endsWith("| 1 passed; 1 FAILED |");
    assertThat(row("test | it | 5.0 | a book | b.TwoTest.fails")).endsWith("| FAILED |");
  }

  @Test
  void testsAreToldApart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> row("test | it | 5.0 | a book | TwoTest"))
        .withMessageContaining("several classes");
    for (String unknown : List.of("OneTest.pass", "neTest", "OneTest.byRelease2", "ThreeTest")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> row("test | it | 5.0 | a book | " + unknown))
          .withMessageContaining("no report");
    }
  }

  @Test
  void conversationsSayWhatTheyAreAbout() {
    assertThat(row("recorded | second-*"))
        .isEqualTo("| something else | 4.4 | recorded server, `second-*` | passed |");
    assertThatIllegalArgumentException().isThrownBy(() -> row("recorded | third"));
  }

  @Test
  void anOfficialTestIsAsGoodAsItsWorstPlay() {
    assertThat(row("official | it | suite/*"))
        .isEqualTo(
            "| it | 4.4, 8.0 | official tests, `suite/*` | 1 passed; 1 skipped: no \\| server |");
    assertThat(table.officialFiles()).containsExactly("suite/f");
  }

  @Test
  void aLineIsOfAKindAndHasItsColumns() {
    for (String bad : List.of("tested | it | 5.0 | a book | A", "test | it | A", "recorded")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Behaviours.parse("= Section\n" + bad))
          .withMessageContaining(bad);
    }
  }
}
