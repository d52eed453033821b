package dev.tailrace.engine.core;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.HistoryLostPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which errors mean that the server no longer has the history to go on from: events may be lost,
 * and asking again from there is of no use; and what a policy makes of it. One table, each row with
 * where it is known from.
 *
 * <p>A code alone says too little: 280 is also a pipeline that changed {@code _id} or a split event
 * that came out otherwise, 260 also a token that {@code resumeAfter} does not take, 136 also a
 * DocumentDB collection whose streams are not enabled.
 */
final class HistoryLoss {

  private static final String NON_RESUMABLE_LABEL = "NonResumableChangeStreamError";

  /** The code of {@link #NON_RESUMABLE_LABEL} that has more meanings than this one. */
  private static final int CHANGE_STREAM_FATAL_ERROR = 280;

  private static final List<Row> TABLE =
      List.of(
          // ChangeStreamHistoryLost, 4.2 and later: the oplog, or a transaction's part of it, is
          // truncated. Server, error_codes.yml and document_source_check_resume_token.cpp.
          row(286),
          // The same before it had a name: 3.6 and 4.0. Server, document_source_check_resume_token.
          row(40576),
          // "resume token was not found" of 3.6 and 4.0; in later releases 280. Server, ditto.
          row(40585).saying("resume token was not found"),
          row(280).saying("resume token was not found"),
          // InvalidResumeToken: the token that the server itself gave is not good any more. MongoDB
          // Kafka connector and Flink CDC start anew at it. The other two are a user's mistakes.
          row(260).notSaying("from an invalidate notification", "does not include a uuid"),
          // CappedPositionLost: what DocumentDB says of an expired token, and what 3.6 said; in
          // MongoDB 4.4 and later it may pass, and a stream opened anew is told 286 if it does not.
          row(136).notSaying("modifychangestreams has not been run"),
          // CloseChangeStream: internal to the server, and no stream goes on where it gets out.
          row(222),
          // Azure Cosmos DB for MongoDB, whatever the code (dsync issue 372).
          row().saying("expired resume token"),
          // Any code, as the MongoDB Kafka connector reads it.
          row().saying("resume point may no longer be in the oplog"),
          row().saying("resume token does not exist"));

  private HistoryLoss() {}

  /** Whether the error means that history is lost. */
  static boolean isMeantBy(ServerError error) {
    String message = error.message().toLowerCase(Locale.ROOT);
    boolean labelled =
        error.labels().contains(NON_RESUMABLE_LABEL) && error.code() != CHANGE_STREAM_FATAL_ERROR;
    return labelled || TABLE.stream().anyMatch(row -> row.matches(error.code(), message));
  }

  /** Where a stream begins anew, if the policy says so and there is such a place. */
  static Optional<StartPoint> beginAnewAt(
      HistoryLostPolicy.Restart decision, ChangeStreamException.HistoryLost error) {
    return switch (decision) {
      case NOT_AT_ALL -> Optional.empty();
      case AT_TOKEN_TIME -> error.clusterTime().map(StartPoint.AtOperationTime::new);
      case NOW -> Optional.of(new StartPoint.Now());
    };
  }

  /** What a policy decides of this loss. */
  static HistoryLostPolicy.Restart decide(
      HistoryLostPolicy policy, ChangeStreamException.HistoryLost error) {
    if (policy instanceof HistoryLostPolicy.Restart restart) {
      return restart;
    }
    try {
      return requireNonNull(
          ((HistoryLostPolicy.Ask) policy).handler().apply(error), "the handler's decision");
    } catch (VirtualMachineError notTheirs) {
      throw notTheirs;
    } catch (Throwable theirs) { // Users' code: a failed assertion too.
      error.addSuppressed(theirs);
      return HistoryLostPolicy.Restart.NOT_AT_ALL;
    }
  }

  private static Row row(int code) {
    return new Row(OptionalInt.of(code), "", List.of());
  }

  private static Row row() {
    return new Row(OptionalInt.empty(), "", List.of());
  }

  /**
   * One way to say it.
   *
   * @param code the error's code; empty for any
   * @param said what its message has to contain, in lower case
   * @param notSaid what its message must not contain, in lower case
   */
  private record Row(OptionalInt code, String said, List<String> notSaid) {

    Row saying(String words) {
      return new Row(code, words, notSaid);
    }

    Row notSaying(String... words) {
      return new Row(code, said, List.of(words));
    }

    boolean matches(int errorCode, String message) {
      return (code.isEmpty() || code.getAsInt() == errorCode)
          && message.contains(said)
          && notSaid.stream().noneMatch(message::contains);
    }
  }
}
