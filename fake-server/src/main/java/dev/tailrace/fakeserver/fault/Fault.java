package dev.tailrace.fakeserver.fault;

import java.util.List;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** One thing that goes wrong. */
public sealed interface Fault {

  /**
   * The command is not run, and this is the answer.
   *
   * @param code the error code
   * @param message {@code errmsg}; null for that of the {@code failCommand} fail point
   * @param labels exactly these {@code errorLabels}; null for those the server would give
   * @param extraInfo more fields of the reply
   */
  record ErrorReply(
      int code, @Nullable String message, @Nullable List<String> labels, BsonDocument extraInfo)
      implements Fault {}

  /**
   * The command runs, and a write concern error is put into its reply.
   *
   * @param error the value of {@code writeConcernError}
   * @param labels {@code errorLabels} of the reply; null for those the server would give
   */
  record WriteConcernError(BsonDocument error, @Nullable List<String> labels) implements Fault {}

  /** The connection is closed. */
  record CloseConnection() implements Fault {}

  /**
   * The connection is closed in the middle of the reply.
   *
   * @param afterBytes how many bytes of the reply still come through
   */
  record CloseMidReply(int afterBytes) implements Fault {}

  /** The connection stays open, and nothing ever comes through it again. */
  record HalfOpen() implements Fault {}

  /** It takes longer, by so much. */
  record Delay(long nanos) implements Fault {}

  /** The reply is lost. */
  record DropReply() implements Fault {}

  /** The reply comes twice. */
  record DuplicateReply() implements Fault {}

  /** The bytes of the reply behind its header are scrambled. */
  record GarbleReply() implements Fault {}

  /** The cursor that a getMore is for is killed. */
  record KillCursor() implements Fault {}

  /** The member steps down, if it is the primary. */
  record StepDown() implements Fault {}

  /** The member's process dies. */
  record Crash() implements Fault {}
}
