package dev.tailrace.engine.core;

import dev.tailrace.engine.ResumePolicy;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;

/** How much of its {@link ResumePolicy} a stream has used up since it last made progress. */
final class ResumeBudget {

  private final ResumePolicy policy;
  private final DoubleSupplier chance;

  private int attempts;
  private int failedInARow;
  private OptionalLong firstAttemptNanos = OptionalLong.empty();
  private boolean beganAnew;

  /**
   * @param chance draws from 0 (inclusive) to 1 (exclusive), for the length of pauses
   */
  ResumeBudget(ResumePolicy policy, DoubleSupplier chance) {
    this.policy = policy;
    this.chance = chance;
  }

  /**
   * An event was handed over, or a getMore brought a newer token: whatever was wrong is over. A
   * newer token in the reply to an attempt itself is none: the cursor has still to show that it
   * works.
   */
  void progress() {
    opened();
    beganAnew = false;
  }

  /** The first aggregate got through: what it took to get there is nobody's concern any more. */
  void opened() {
    attempts = 0;
    failedInARow = 0;
    firstAttemptNanos = OptionalLong.empty();
  }

  /**
   * Whether the stream may give up where it stands and begin elsewhere: once, until there is
   * progress. A server that takes back what it gave at once is not asked for ever.
   */
  boolean mayBeginAnew() {
    boolean first = !beganAnew;
    beganAnew = true;
    return first;
  }

  /**
   * An attempt begins. The first one starts the clock of the policy's budget: a stream that nobody
   * reads makes no attempts, and uses nothing up.
   */
  void attemptBegins(long nowNanos) {
    if (firstAttemptNanos.isEmpty()) {
      firstAttemptNanos = OptionalLong.of(nowNanos);
    }
  }

  /** A resuming aggregate got through. It is the next getMore that will show if that helped. */
  void attemptGotThrough() {
    failedInARow = 0;
  }

  /** A resuming aggregate failed. */
  void attemptFailed() {
    failedInARow++;
  }

  /**
   * Whether the policy allows one more attempt, and when it may begin at the earliest. An attempt
   * that is allowed is counted.
   */
  OptionalLong nextAttempt(long nowNanos) {
    if (policy.attemptsPerFailure().isPresent()
        && failedInARow >= policy.attemptsPerFailure().getAsInt()) {
      return OptionalLong.empty();
    }
    long notBefore = nowNanos + (attempts == 0 ? 0 : pauseNanos());
    if (policy.budget().isPresent()
        && firstAttemptNanos.isPresent()
        && notBefore > Step.after(firstAttemptNanos.getAsLong(), policy.budget().get())) {
      return OptionalLong.empty();
    }
    attempts++;
    return OptionalLong.of(notBefore);
  }

  /** Counts an attempt that the policy has no say in: a call's timeout bounds it. */
  long attemptWithinCall(long nowNanos) {
    long notBefore = nowNanos + (attempts == 0 ? 0 : pauseNanos());
    attempts++;
    return notBefore;
  }

  /** When the first attempt since the last progress began; {@link Step#NEVER} for none. */
  long firstAttemptNanos() {
    return firstAttemptNanos.orElse(Step.NEVER);
  }

  /** The number of the attempt that was last allowed, from 1. */
  int attempt() {
    return attempts;
  }

  /** Half of the longest pause is certain, the other half is chance: no two streams in step. */
  private long pauseNanos() {
    int doublings = Math.min(attempts - 1, Long.SIZE - 2);
    long first = policy.firstPause().toNanos();
    long max = policy.maxPause().toNanos();
    long longest = first > (max >> doublings) ? max : Math.min(max, first << doublings);
    return (long) (longest * (0.5 + chance.getAsDouble() / 2));
  }
}
