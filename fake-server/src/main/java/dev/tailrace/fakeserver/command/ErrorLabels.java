package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;

/**
 * Which labels the server gives an error. Those of transactions and of streams that cannot go on
 * are older than 4.4; those that tell a driver to try a write or a stream again came with it.
 */
public final class ErrorLabels {

  /** The whole transaction may succeed if it is tried again. */
  static final String TRANSIENT = "TransientTransactionError";

  private static final Set<Integer> RETRIABLE =
      Set.of(6, 7, 89, 91, 189, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436);

  private static final Set<Integer> TRANSIENT_CODES = Set.of(24, 112, 239, 246, 251, 267);

  private static final Set<Integer> RESUMABLE_TOO = Set.of(133, 150, 234, 13_388);

  /** An error that is no more from 6.1 on, and tells nothing there. */
  private static final int STALE_SHARD_VERSION = 63;

  private static final Set<Integer> NEVER_RESUMABLE = Set.of(280, 286);

  private ErrorLabels() {}

  /**
   * The labels of a command's error.
   *
   * @param code the error
   * @param isOnChangeStream whether a getMore was found to work on a change stream
   * @param isRetryableWrite whether the command carries a {@code txnNumber} outside of a
   *     transaction
   * @param hasWritten whether it wrote something all the same
   */
  public static List<String> of(
      int code,
      Request request,
      boolean isOnChangeStream,
      boolean isRetryableWrite,
      boolean hasWritten,
      ServerVersion version) {
    List<String> labels = new ArrayList<>();
    boolean tellsToRetry = version.atLeast(4, 4);
    boolean isCommitOrAbort =
        request.name().equals("commitTransaction") || request.name().equals("abortTransaction");
    if (tellsToRetry && (isRetryableWrite || isCommitOrAbort) && RETRIABLE.contains(code)) {
      labels.add("RetryableWriteError");
      if (version.atLeast(6, 1) && !hasWritten) {
        labels.add("NoWritesPerformed");
      }
    }
    if (request.body().containsKey("autocommit") && isTransient(code, request)) {
      labels.add(TRANSIENT);
    }
    boolean readsStream =
        request.name().equals("aggregate") ? opensChangeStream(request.body()) : isOnChangeStream;
    boolean mayBeStream = request.name().equals("aggregate") || request.name().equals("getMore");
    boolean isResumable =
        RETRIABLE.contains(code)
            || RESUMABLE_TOO.contains(code)
            || (code == STALE_SHARD_VERSION && !version.atLeast(6, 1));
    if (tellsToRetry && readsStream && isResumable) {
      labels.add("ResumableChangeStreamError");
    }
    if (mayBeStream && NEVER_RESUMABLE.contains(code)) {
      labels.add("NonResumableChangeStreamError");
    }
    return labels;
  }

  /** Whether the whole transaction may succeed if it is tried again. */
  private static boolean isTransient(int code, Request request) {
    boolean isCommit = request.name().equals("commitTransaction");
    return TRANSIENT_CODES.contains(code) || (RETRIABLE.contains(code) && !isCommit);
  }

  /** Whether the pipeline of an aggregate begins with {@code $changeStream}. */
  static boolean opensChangeStream(BsonDocument aggregate) {
    return aggregate.get("pipeline") instanceof BsonArray pipeline
        && !pipeline.isEmpty()
        && pipeline.get(0) instanceof BsonDocument stage
        && stage.containsKey("$changeStream");
  }
}
