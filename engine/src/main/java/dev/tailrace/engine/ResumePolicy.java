package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a stream goes on after a resumable failure: how often it tries, how long it pauses in
 * between, and when it gives up. Immutable.
 *
 * <p>An attempt is one aggregate from the last token (with its one retry, where reads are
 * retryable). Progress is an event, or a newer token that a {@code getMore} brought. A stream that
 * got through but made none has not recovered: its next failure counts as a further attempt. So a
 * server that lets every aggregate pass and fails every {@code getMore} is met with growing pauses,
 * under every policy.
 *
 * <p>Before attempt n (from 1) the stream pauses for a random time between half of and the whole of
 * {@code min(maxPause, firstPause * 2^(n-2))}; the first attempt is made at once.
 *
 * @param attemptsPerFailure how many aggregates may fail in a row before the failure is the user's;
 *     empty for no limit
 * @param budget how long the stream may go without progress, from its first attempt on, before the
 *     next failure is the user's; empty for no limit. A stream that nobody reads makes no attempts,
 *     and an attempt that has begun may outlast the budget: looking for a server takes up to 30
 *     seconds
 * @param firstPause the longest pause before the second attempt
 * @param maxPause the longest pause of all; at most a day
 * @param alsoResumable error codes of a {@code getMore} after which the stream resumes, besides
 *     what the specification calls resumable
 */
public record ResumePolicy(
    OptionalInt attemptsPerFailure,
    Optional<Duration> budget,
    Duration firstPause,
    Duration maxPause,
    Set<Integer> alsoResumable) {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

  /**
   * CursorKilled: a cursor was killed in the middle of a {@code getMore}. Killed a moment earlier
   * it would have been CursorNotFound, which the specification resumes from.
   */
  private static final int CURSOR_KILLED = 237;

  public ResumePolicy {
    requireNonNull(attemptsPerFailure, "attemptsPerFailure");
    requireNonNull(budget, "budget");
    requireNonNull(firstPause, "firstPause");
    requireNonNull(maxPause, "maxPause");
    if (attemptsPerFailure.isPresent() && attemptsPerFailure.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "attemptsPerFailure: expected at least 1, found " + attemptsPerFailure.getAsInt());
    }
    if (budget.isPresent() && budget.get().isNegative()) {
      throw new IllegalArgumentException("budget: expected 0 or more, found " + budget.get());
    }
    if (firstPause.isNegative()
        || maxPause.compareTo(firstPause) < 0
        || maxPause.compareTo(LONGEST_PAUSE) > 0) {
      throw new IllegalArgumentException(
          "pauses: expected 0 <= firstPause <= maxPause <= %s, found %s and %s"
              .formatted(LONGEST_PAUSE, firstPause, maxPause));
    }
    alsoResumable = Collections.unmodifiableSortedSet(new TreeSet<>(alsoResumable));
  }

  /**
   * One attempt for each failure, as the change-streams specification has it ("Resume Process"): if
   * it fails, the stream does.
   */
  public static ResumePolicy spec() {
    return new ResumePolicy(OptionalInt.of(1), Optional.empty(), FIRST_PAUSE, MAX_PAUSE, Set.of());
  }

  /**
   * As many attempts as it takes, for at most {@code budget} without progress; also after a cursor
   * was killed in the middle of a {@code getMore} (CursorKilled, 237).
   *
   * <p>An open stream's: opening itself is tried twice at most ({@link
   * ChangeStreamOptions#retryReads}), so that what cannot work is known at once.
   */
  public static ResumePolicy persistent(Duration budget) {
    return new ResumePolicy(
        OptionalInt.empty(), Optional.of(budget), FIRST_PAUSE, MAX_PAUSE, Set.of(CURSOR_KILLED));
  }
}
