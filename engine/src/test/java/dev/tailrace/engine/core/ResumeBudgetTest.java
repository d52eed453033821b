package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.ResumePolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumeBudgetTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          attempt | chance | pauseMillis
          1       | 0.5    | 0
          # Half of the longest pause is certain, the other half is chance.
          2       | 0.0    | 500
          2       | 0.5    | 750
          3       | 0.0    | 1000
          3       | 0.5    | 1500
          4       | 0.0    | 2000
          # And 8 seconds is the longest of all.
          5       | 0.0    | 4000
          6       | 0.0    | 4000
          36      | 0.0    | 4000
          99      | 0.0    | 4000
          """)
  void pausesGrow(int attempt, double chance, long pauseMillis) {
    ResumeBudget budget = new ResumeBudget(unlimited(SECOND, SECOND.multipliedBy(8)), () -> chance);
    for (int i = 1; i < attempt; i++) {
      budget.nextAttempt(0);
    }

    assertThat(budget.nextAttempt(7))
        .isEqualTo(OptionalLong.of(7 + Duration.ofMillis(pauseMillis).toNanos()));
    assertThat(budget.attempt()).isEqualTo(attempt);
  }

  @Test
  void aPauseIsNoLongerThanTwiceTheOneBefore() {
    ResumeBudget budget =
        new ResumeBudget(unlimited(Duration.ofNanos(3), Duration.ofNanos(7)), () -> 0.99);
    budget.nextAttempt(0);
    budget.nextAttempt(0);

    assertThat(budget.nextAttempt(0)).isEqualTo(OptionalLong.of(5)); // Of at most 6, not 7.
  }

  @Test
  void progressBeginsAnew() {
    ResumeBudget budget = new ResumeBudget(unlimited(SECOND, SECOND), () -> 0);
    budget.nextAttempt(0);
    budget.nextAttempt(0);

    budget.progress();

    assertThat(budget.nextAttempt(5)).isEqualTo(OptionalLong.of(5));
    assertThat(budget.attempt()).isEqualTo(1);
  }

  @Test
  void noPauseAtAllWhereNoneIsAskedFor() {
    ResumeBudget budget = new ResumeBudget(unlimited(Duration.ZERO, Duration.ZERO), () -> 0.9);

    assertThat(budget.nextAttempt(1)).isEqualTo(OptionalLong.of(1));
    assertThat(budget.nextAttempt(2)).isEqualTo(OptionalLong.of(2));
    assertThat(budget.nextAttempt(3)).isEqualTo(OptionalLong.of(3));
  }

  @Test
  void attemptsThatFailInARowAreLimited() {
    ResumeBudget budget =
        new ResumeBudget(
            new ResumePolicy(
                OptionalInt.of(2), Optional.empty(), Duration.ZERO, Duration.ZERO, Set.of()),
            () -> 0);

    assertThat(budget.nextAttempt(0)).isPresent();
    budget.attemptFailed();
    assertThat(budget.nextAttempt(0)).isPresent();
    budget.attemptGotThrough();
    assertThat(budget.nextAttempt(0)).isPresent();
    budget.attemptFailed();
    assertThat(budget.nextAttempt(0)).isPresent();
    budget.attemptFailed();
    assertThat(budget.nextAttempt(0)).isEmpty();
  }

  @Test
  void theBudgetCountsFromTheFirstAttemptAndIncludesThePause() {
    ResumeBudget budget = new ResumeBudget(ResumePolicy.persistent(SECOND), () -> 0);
    long first = 5 * SECOND.toNanos();

    assertThat(budget.nextAttempt(0)).isEqualTo(OptionalLong.of(0)); // Then nobody reads for long.
    budget.attemptBegins(first);
    budget.attemptBegins(first + 1); // Only the first one counts.
    // The second pause is 50 ms: just within, and just not.
    assertThat(budget.nextAttempt(first + Duration.ofMillis(950).toNanos())).isPresent();
    assertThat(budget.nextAttempt(first + Duration.ofMillis(950).toNanos())).isEmpty();
  }

  @Test
  void aPolicyThatCannotBeKeptIsRefusedByName() {
    assertThatThrownBy(
            () -> new ResumePolicy(OptionalInt.of(0), Optional.empty(), SECOND, SECOND, Set.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("attemptsPerFailure");
    assertThatThrownBy(() -> ResumePolicy.persistent(SECOND.negated()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("budget");
    assertThatThrownBy(() -> unlimited(SECOND, Duration.ZERO)).hasMessageContaining("maxPause");
    assertThatThrownBy(() -> unlimited(SECOND, Duration.ofDays(2)))
        .hasMessageContaining("maxPause");
    assertThatThrownBy(() -> unlimited(SECOND.negated(), SECOND))
        .hasMessageContaining("firstPause");
  }

  private static ResumePolicy unlimited(Duration firstPause, Duration maxPause) {
    return new ResumePolicy(OptionalInt.empty(), Optional.empty(), firstPause, maxPause, Set.of());
  }
}
