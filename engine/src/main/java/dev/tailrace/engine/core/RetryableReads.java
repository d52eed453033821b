package dev.tailrace.engine.core;

import dev.tailrace.engine.ResumePolicy;
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
    return switch (((Failure.NoAnswer) failure).reason()) {
      case NETWORK, BAD_MESSAGE -> true;
      case NO_ELIGIBLE_SERVER, NOT_AUTHENTICATED, NOT_SUPPORTED, TIMEOUT, CLOSED -> false;
    };
  }

  /**
   * Whether a failure of a resuming aggregate leaves hope for a later attempt. Wider than a retry:
   * also that no server could be selected for now or in time, and what a {@code getMore} would be
   * resumed from; but an aggregate has no cursor to lose.
   */
  static boolean isPassing(Failure failure) {
    boolean lostCursor =
        failure instanceof Failure.ByServer byServer
            && byServer.error().code() == Resumability.CURSOR_NOT_FOUND;
    return isRetryable(failure)
        || (!lostCursor && Resumability.isResumable(failure, ResumePolicy.spec()));
  }
}
