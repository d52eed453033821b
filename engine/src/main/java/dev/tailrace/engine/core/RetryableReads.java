package dev.tailrace.engine.core;

import dev.tailrace.engine.transport.Outcome;
import java.util.Set;

/**
 * Which failures of an {@code aggregate} are worth the same aggregate once more, on a newly
 * selected server (retryable-reads specification, "Retryable Error").
 */
final class RetryableReads {

  private static final Set<Integer> CODES =
      Set.of(6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436);

  private RetryableReads() {}

  /** Whether the failure may well be gone on another try. */
  static boolean isRetryable(Failure failure) {
    if (failure instanceof Failure.ByServer byServer) {
      return CODES.contains(byServer.error().code());
    }
    Outcome.Reason reason = ((Failure.NoAnswer) failure).reason();
    return reason == Outcome.Reason.NETWORK || reason == Outcome.Reason.BAD_MESSAGE;
  }

  /**
   * Whether a failure of a resuming aggregate leaves hope for a later attempt. Wider than a retry:
   * also that no server could be selected for now, and what the server itself calls resumable.
   */
  static boolean isPassing(Failure failure) {
    if (isRetryable(failure)) {
      return true;
    }
    if (failure instanceof Failure.ByServer byServer) {
      return byServer.error().labels().contains(Resumability.RESUMABLE_LABEL);
    }
    return ((Failure.NoAnswer) failure).reason() == Outcome.Reason.NO_ELIGIBLE_SERVER;
  }
}
