package dev.tailrace.engine.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of survivors fails both ways, and so does a package that is tested badly. */
class MutationCheckTest {

  private static final List<String> ALL =
      List.of("dev.tailrace.engine.core.*", "dev.tailrace.engine.token.*");

  private static final String SURVIVOR = "token.T.m | changed | a < b";

  private final List<Mutant> mutants = new ArrayList<>();

  MutationCheckTest() {
    addKilled("core.C", 19);
    addKilled("token.T", 20);
  }

  private void addKilled(String className, int count) {
    for (int i = 0; i < count; i++) {
      mutants.add(mutant(className + ".m | changed | killed " + i, true));
    }
  }

  private static Mutant mutant(String where, boolean killed) {
    return new Mutant(SurvivorList.className(where), where, "File.java:7", killed);
  }

  private List<String> problems(String... listed) {
    return new MutationCheck(mutants, Set.of(listed), ALL).problems();
  }

  @Test
  void nothingIsWrongWithoutSurvivors() {
    assertThat(problems()).isEmpty();
  }

  @Test
  void aSurvivorMustBeListed() {
    mutants.add(mutant(SURVIVOR, false));
    assertThat(problems()).containsExactly("lives, not listed: " + SURVIVOR + " (File.java:7)");
    assertThat(problems(SURVIVOR)).isEmpty();
  }

  @Test
  void whatIsListedMustLive() {
    String gone = "listed, but killed or no more there: " + SURVIVOR;
    assertThat(problems(SURVIVOR)).containsExactly(gone);
    mutants.add(mutant(SURVIVOR, true));
    assertThat(problems(SURVIVOR)).containsExactly(gone);
  }

  @Test
  void whatIsListedOfOtherClassesDoesNotMatter() {
    List<String> one = List.of("dev.tailrace.engine.core.*");
    assertThat(new MutationCheck(mutants, Set.of(SURVIVOR), one).problems()).isEmpty();
  }

  @Test
  void aClassThatIsNotThereIsNoClassWithoutSurvivors() {
    List<String> classes = List.of("dev.tailrace.engine.core.C", "dev.tailrace.engine.tokens.*");
    assertThat(new MutationCheck(mutants, Set.of(), classes).problems())
        .containsExactly("nothing was mutated in dev.tailrace.engine.tokens.*");
  }

  @Test
  void ofEachPackage95PerCentMustBeKilledWhateverIsListed() {
    String first = "core.C.m | changed | a < b";
    mutants.add(mutant(first, false));
    assertThat(problems(first)).isEmpty(); // 19 of 20.
    String second = "core.C.n | changed | a < b";
    mutants.add(mutant(second, false));
    MutationCheck check = new MutationCheck(mutants, Set.of(first, second), ALL);
    assertThat(check.problems())
        .containsExactly("fewer than 95 % killed in dev.tailrace.engine.core");
    assertThat(check.figures())
        .containsExactly(
            "dev.tailrace.engine.core: 19 of 21 mutants killed (90.5 %), 2 live",
            "dev.tailrace.engine.token: 20 of 20 mutants killed (100.0 %), 0 live");
  }

  @Test
  void noShareIsAskedOfASingleClass() {
    mutants.clear();
    mutants.add(mutant(SURVIVOR, false));
    List<String> one = List.of("dev.tailrace.engine.token.T");
    assertThat(new MutationCheck(mutants, Set.of(SURVIVOR), one).problems()).isEmpty();
  }

  @Test
  void withoutAReportNothingPasses(@TempDir Path directory) {
    String missing = directory.resolve("mutations.xml").toString();
    assertThatIllegalStateException()
        .isThrownBy(() -> MutationCheck.main(new String[] {missing, "", "", ""}))
        .withMessage("there is no " + missing + "; was PIT skipped?");
  }

  @Test
  void aLineHasAReasonAndTheSourceMayHaveBars() {
    List<String> lines = List.of("# comment", "", "token.T.m | changed | a | b || c | equal");
    assertThat(SurvivorList.parse(lines)).containsExactly("token.T.m | changed | a | b || c");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SurvivorList.parse(List.of("token.T.m | changed | a")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SurvivorList.parse(List.of("token.T.m | changed | a |")));
  }

  @Test
  void aMutantIsListedOnce() {
    List<String> lines = List.of(SURVIVOR + " | one reason", SURVIVOR + " | another");
    assertThatIllegalArgumentException().isThrownBy(() -> SurvivorList.parse(lines));
  }
}
