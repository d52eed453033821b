package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.ServerRef;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says in the user's terms why a stream ended. */
final class Endings {

  private static final int BSON_OBJECT_TOO_LARGE = 10334;

  private Endings() {}

  /** A failure that the stream does not get over. */
  static Ending failed(Failure failure, Position position) {
    if (failure instanceof Failure.ByServer byServer) {
      return new Ending.Failed(refused(byServer, position));
    }
    Failure.NoAnswer noAnswer = (Failure.NoAnswer) failure;
    @Nullable ResumeToken token = position.lastKnownToken().orElse(null);
    String message = noAnswer.message();
    @Nullable Throwable cause = noAnswer.cause();
    return new Ending.Failed(
        switch (noAnswer.reason()) {
          case NOT_AUTHENTICATED ->
              new ChangeStreamException.NotAuthenticated(message, token, cause);
          case NOT_SUPPORTED -> new ChangeStreamException.NotSupported(message, token, cause);
          case NETWORK, NO_ELIGIBLE_SERVER, BAD_MESSAGE, TIMEOUT, CLOSED ->
              new ChangeStreamException.Unreachable(message, token, cause);
        });
  }

  /** A reply that breaks the protocol. */
  static Ending badReply(ServerRef server, RuntimeException bad, Position position) {
    return new Ending.Failed(
        new ChangeStreamException.BadReply(
            "%s sent a reply that breaks the protocol: %s"
                .formatted(server.address(), bad.getMessage()),
            position.lastKnownToken().orElse(null),
            bad));
  }

  /** An event without its token. */
  static Ending missingResumeToken(Position position) {
    return new Ending.Failed(
        new ChangeStreamException.MissingResumeToken(position.lastKnownToken().orElse(null)));
  }

  /** Fragments that are more than may be put together, or do not belong together. */
  static Ending notReassembled(NotReassembledException impossible, Position position) {
    return new Ending.Failed(
        new ChangeStreamException.NotReassembled(
            String.valueOf(impossible.getMessage()), position.lastKnownToken().orElse(null)));
  }

  /** An event that the decoder fails on. */
  static Ending undecodable(
      DocumentSlice event, DocumentSlice id, Throwable cause, Position position) {
    return new Ending.Failed(
        new ChangeStreamException.Undecodable(
            "the event of token %s cannot be decoded: %s"
                .formatted(ResumeToken.of(id.asDocument()), cause),
            event.asDocument(),
            ResumeToken.of(id.asDocument()),
            position.lastKnownToken().orElse(null),
            cause));
  }

  /** A call that took too long. */
  static ChangeStreamException.TimedOut timedOut(
      Duration timeout, Position position, @Nullable Failure last) {
    String because = last == null ? "" : "; the last failure was: " + last.describe();
    return new ChangeStreamException.TimedOut(
        "the call took longer than its timeout of " + timeout + because,
        position.lastKnownToken().orElse(null),
        last instanceof Failure.NoAnswer noAnswer ? noAnswer.cause() : null);
  }

  /** How a stream ended, for people. */
  static String describe(Ending ending) {
    if (ending instanceof Ending.Failed failed) {
      ChangeStreamException why = failed.exception();
      return why.getClass().getSimpleName() + ": " + why.getMessage();
    }
    return ((Ending.Regular) ending).reason().name().toLowerCase(Locale.ROOT);
  }

  /** What a user is told of lost history. */
  static ChangeStreamException.HistoryLost historyLost(
      Failure.ByServer failure, Position position) {
    ServerError error = failure.error();
    return new ChangeStreamException.HistoryLost(
        failure.describe(),
        error.code(),
        error.codeName(),
        error.labels(),
        error.reply(),
        position.lastKnownToken().orElse(null));
  }

  private static ChangeStreamException refused(Failure.ByServer failure, Position position) {
    ServerError error = failure.error();
    @Nullable ResumeToken token = position.lastKnownToken().orElse(null);
    String message = failure.describe();
    if (HistoryLoss.isMeantBy(error)) {
      return historyLost(failure, position);
    }
    if (error.code() == BSON_OBJECT_TOO_LARGE) {
      return new ChangeStreamException.EventTooLarge(
          message, error.code(), error.codeName(), error.labels(), error.reply(), token);
    }
    return RetryableReads.isPassing(failure)
        ? new ChangeStreamException.Unavailable(
            message, error.code(), error.codeName(), error.labels(), error.reply(), token)
        : new ChangeStreamException.Refused(
            message, error.code(), error.codeName(), error.labels(), error.reply(), token);
  }
}
