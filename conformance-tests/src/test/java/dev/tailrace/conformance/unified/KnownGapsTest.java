package dev.tailrace.conformance.unified;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.unified.KnownGaps.Gap;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownGapsTest {

  /** A line about a test that is no more would stand there for ever. */
  @Test
  void everyGapIsAboutATestThatThereIs() {
    List<String> tests =
        Arrays.stream(Suite.values()).flatMap(suite -> suite.testNames().stream()).toList();
    assertThat(KnownGaps.all())
        .allSatisfy(
            gap ->
                assertThat(tests).anyMatch(test -> gap.covers(test, gap.client(), gap.server())));
  }

  @Test
  void aStarStandsForAnything() {
    Gap gap = new Gap("suite/file/*", "*", "fake 4.*", "symptom", "reason");
    assertThat(gap.covers("suite/file/a test", "client", "fake 4.2")).isTrue();
    assertThat(gap.covers("suite/other/a test", "client", "fake 4.2")).isFalse();
    assertThat(gap.covers("suite/file/a test", "client", "fake 5.0")).isFalse();
  }

  @Test
  void aGapExplainsOnlyTheFailureThatIsListed() {
    Gap gap = new Gap("*", "*", "*", "not yet", "reason");
    assertThat(gap.explains(new AssertionError("that is not yet there"))).isTrue();
    assertThat(gap.explains(new AssertionError("something else"))).isFalse();
    assertThat(gap.explains(new AssertionError())).isFalse();
  }
}
