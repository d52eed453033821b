package dev.tailrace.engine.core;

import dev.tailrace.engine.ResumePolicy;
import java.util.Set;

/**
 * Which failures of a {@code getMore} a stream resumes from (change-streams specification,
 * "Resumable Error").
 */
final class Resumability {

  static final String RESUMABLE_LABEL = "ResumableChangeStreamError";

  /** The cursor is gone, not the history: resumable whatever the server's version and labels. */
  static final int CURSOR_NOT_FOUND = 43;

  /** How Azure Cosmos DB throttles. */
  private static final int TOO_MANY_REQUESTS = 16500;

  /** What servers before 4.4 mean to be resumable; they set no labels. */
  private static final Set<Integer> CODES_BEFORE_LABELS =
      Set.of(
          6, 7, 63, 89, 91, 133, 150, 189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435,
          13436);

  private Resumability() {}

  /** Whether a stream whose {@code getMore} failed in this way goes on with a new aggregate. */
  static boolean isResumable(Failure failure, ResumePolicy policy) {
    if (failure instanceof Failure.ByServer byServer) {
      return policy.alsoResumable().contains(byServer.error().code())
          || isResumable(byServer.error(), Capabilities.of(byServer.server()));
    }
    // Whatever no server said is resumable; but a transport that was closed stays closed, a wrong
    // password stays wrong, and what a server does not do it will not do later.
    return switch (((Failure.NoAnswer) failure).reason()) {
      case NETWORK, NO_ELIGIBLE_SERVER, BAD_MESSAGE, TIMEOUT -> true;
      case NOT_AUTHENTICATED, NOT_SUPPORTED, CLOSED -> false;
    };
  }

  /** What the specification says of a server's error; where there are no labels, codes decide. */
  private static boolean isResumable(ServerError error, Capabilities server) {
    if (error.code() == CURSOR_NOT_FOUND) {
      return true;
    }
    boolean labelled = error.labels().contains(RESUMABLE_LABEL);
    return switch (server.product()) {
      case MONGODB -> server.labelsErrors() ? labelled : CODES_BEFORE_LABELS.contains(error.code());
      case DOCUMENT_DB -> labelled || CODES_BEFORE_LABELS.contains(error.code());
      case COSMOS_DB ->
          labelled
              || CODES_BEFORE_LABELS.contains(error.code())
              || error.code() == TOO_MANY_REQUESTS;
    };
  }
}
