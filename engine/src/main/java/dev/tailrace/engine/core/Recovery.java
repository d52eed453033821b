package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.HistoryLostPolicy;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.core.State.Aggregating;
import dev.tailrace.engine.transport.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a failure leads to, by what it is ({@link Resumability}, {@link RetryableReads},
 * {@link HistoryLoss}), by the user's policies, and by how much of them is used up ({@link
 * ResumeBudget}). The machine does it.
 */
final class Recovery {

  private final ChangeStreamOptions options;
  private final ResumeBudget budget;

  Recovery(ChangeStreamOptions options, ResumeBudget budget) {
    this.options = options;
    this.budget = budget;
  }

  /**
   * After a getMore that failed.
   *
   * @param invalidated whether the event that was handed over last is an invalidate
   */
  Verdict ofGetMore(Failure failure, Position position, boolean invalidated, long nowNanos) {
    if (!Resumability.isResumable(failure, options.resumePolicy())) {
      return forGood(failure, position, nowNanos);
    }
    return invalidated
        ? new Verdict.Invalidated() // No server resumes after an invalidate.
        : resumeIfAllowed(failure, position, nowNanos);
  }

  /**
   * After an aggregate that failed.
   *
   * @param call who waits for it; null for nobody
   */
  Verdict ofAggregate(
      Aggregating aggregating,
      Failure failure,
      Position position,
      @Nullable Call call,
      long nowNanos) {
    if (options.retryReads() && RetryableReads.isRetryable(failure)) {
      boolean timeUp = call != null && call.isTimeUp(nowNanos);
      if (!aggregating.retried() && !timeUp) {
        return new Verdict.Retry();
      }
      if (call != null && (call.hasLimit() || isWithoutEnd(options.timeout()))) {
        // Reads are retried until the timeoutMS is over (its specification, "Retryability").
        return new Verdict.Resume(budget.attemptWithinCall(nowNanos));
      }
    }
    if (isOfAnEarlierCall(failure, call)) {
      return new Verdict.Resume(budget.attemptWithinCall(nowNanos));
    }
    budget.attemptFailed();
    boolean first = call != null && call.opens();
    return !first && RetryableReads.isPassing(failure)
        ? resumeIfAllowed(failure, position, nowNanos)
        : forGood(failure, position, nowNanos);
  }

  /**
   * Whether an exchange ran out of a time limit that was that of a call before the one that waits,
   * if any does. That call is over, and it costs the stream nothing.
   */
  private boolean isOfAnEarlierCall(Failure failure, @Nullable Call call) {
    return failure instanceof Failure.NoAnswer noAnswer
        && noAnswer.reason() == Outcome.Reason.TIMEOUT
        && options.timeLimit().isPresent()
        && (call == null || (call.hasLimit() && !call.opens()));
  }

  private static boolean isWithoutEnd(Optional<Duration> timeout) {
    return timeout.map(Duration::isZero).orElse(false);
  }

  private Verdict resumeIfAllowed(Failure failure, Position position, long nowNanos) {
    OptionalLong notBeforeNanos = budget.nextAttempt(nowNanos);
    return notBeforeNanos.isPresent()
        ? new Verdict.Resume(notBeforeNanos.getAsLong())
        : new Verdict.End(Endings.failed(failure, position), /* lost= */ null);
  }

  private Verdict forGood(Failure failure, Position position, long nowNanos) {
    return failure instanceof Failure.ByServer byServer && HistoryLoss.isMeantBy(byServer.error())
        ? historyLost(byServer, position, nowNanos)
        : new Verdict.End(Endings.failed(failure, position), /* lost= */ null);
  }

  private Verdict historyLost(Failure.ByServer failure, Position position, long nowNanos) {
    ChangeStreamException.HistoryLost error = Endings.historyLost(failure, position);
    HistoryLostPolicy.Restart decision = HistoryLoss.decide(options.historyLostPolicy(), error);
    Optional<StartPoint> origin = HistoryLoss.beginAnewAt(decision, error);
    return origin.isPresent() && budget.mayBeginAnew()
        ? new Verdict.BeginAnew(
            origin.get(),
            new StreamEvent.HistoryLost(error, decision),
            budget.attemptWithinCall(nowNanos))
        : new Verdict.End(
            new Ending.Failed(error),
            new StreamEvent.HistoryLost(error, HistoryLostPolicy.Restart.NOT_AT_ALL));
  }
}
