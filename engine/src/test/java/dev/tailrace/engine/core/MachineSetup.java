package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.HistoryLostPolicy;
import dev.tailrace.engine.InvalidatePolicy;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.UndecodablePolicy;
import java.time.Duration;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;

/**
 * The options that {@link MachinePropertyTest} varies.
 *
 * @param start which start option is given, none for {@link Start#NOTHING}
 * @param committedBefore how much has been committed when the stream opens
 * @param pieces whether there are events in fragments, and what becomes of them
 */
record MachineSetup(
    Start start,
    int committedBefore,
    boolean prefetch,
    boolean hasTimeout,
    boolean isPersistent,
    boolean retriesReads,
    InvalidatePolicy invalidatePolicy,
    UndecodablePolicy undecodablePolicy,
    HistoryLostPolicy.Restart historyLostPolicy,
    Pieces pieces,
    ModelServer.Silence silence) {

  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int ENOUGH_BYTES = 10_000;

  enum Start {
    NOTHING,
    RESUME_AFTER,
    START_AFTER,
    AT_OPERATION_TIME
  }

  /** How events come that are in pieces. */
  enum Pieces {
    NONE,
    AS_EVENTS,
    PUT_TOGETHER
  }

  boolean reassembles() {
    return pieces == Pieces.PUT_TOGETHER;
  }

  /**
   * Fragments have the time of their event, which a stream could not be restarted at in between.
   */
  boolean hasFragments() {
    return reassembles()
        || (pieces == Pieces.AS_EVENTS
            && historyLostPolicy != HistoryLostPolicy.Restart.AT_TOKEN_TIME);
  }

  boolean failsOnEvents() {
    return undecodablePolicy == UndecodablePolicy.FAIL;
  }

  /** When a call that began then is out of time. */
  long limitNanos(long sinceNanos) {
    return hasTimeout ? sinceNanos + TIMEOUT.toNanos() : Step.NEVER;
  }

  /** How many aggregates may fail before a stream has to give up. */
  int mostAggregates() {
    if (isPersistent || hasTimeout) {
      return Integer.MAX_VALUE;
    }
    return retriesReads ? 2 : 1;
  }

  BsonDocument startOptions() {
    String token = ModelServer.token(ModelServer.FIRST_SECOND + 1, 1);
    return switch (start) {
      case NOTHING -> new BsonDocument();
      case RESUME_AFTER -> new BsonDocument("resumeAfter", ModelServer.tokenDocument(token));
      case START_AFTER -> new BsonDocument("startAfter", ModelServer.tokenDocument(token));
      case AT_OPERATION_TIME ->
          new BsonDocument(
              "startAtOperationTime", new BsonTimestamp(ModelServer.FIRST_SECOND + 1, 1));
    };
  }

  ChangeStreamOptions options() {
    ChangeStreamOptions.Builder options =
        ChangeStreamOptions.builder()
            .answerTimeout(ANSWER_TIMEOUT)
            .retryReads(retriesReads)
            .invalidatePolicy(invalidatePolicy)
            .undecodablePolicy(undecodablePolicy)
            .historyLostPolicy(historyLostPolicy);
    if (hasTimeout) {
      options.timeout(TIMEOUT);
    }
    if (isPersistent) {
      options.resumePolicy(ResumePolicy.persistent(Duration.ofMinutes(2)));
    }
    if (reassembles()) {
      options.reassembleSplitEvents(ENOUGH_BYTES);
    }
    BsonDocument given = startOptions();
    if (given.containsKey("resumeAfter")) {
      options.resumeAfter(ResumeToken.of(given.getDocument("resumeAfter")));
    } else if (given.containsKey("startAfter")) {
      options.startAfter(ResumeToken.of(given.getDocument("startAfter")));
    } else if (given.containsKey("startAtOperationTime")) {
      options.startAtOperationTime(given.getTimestamp("startAtOperationTime"));
    }
    return options.build();
  }
}
