package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.transport.ServerRef;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says in the user's terms why a stream ended. */
final class Endings {

  private static final int CHANGE_STREAM_HISTORY_LOST = 286;
  private static final int BSON_OBJECT_TOO_LARGE = 10334;

  private Endings() {}

  /** A failure that the stream does not get over. */
  static Ending failed(Failure failure, Position position) {
    @Nullable ResumeToken token = position.token().orElse(null);
    if (failure instanceof Failure.ByServer byServer) {
      return new Ending.Failed(refused(failure.describe(), byServer.error(), token));
    }
    Failure.NoAnswer noAnswer = (Failure.NoAnswer) failure;
    return new Ending.Failed(
        new ChangeStreamException.Unreachable(noAnswer.message(), token, noAnswer.cause()));
  }

  /** A reply that breaks the protocol. */
  static Ending badReply(ServerRef server, RuntimeException bad, Position position) {
    return new Ending.Failed(
        new ChangeStreamException.BadReply(
            "%s sent a reply that breaks the protocol: %s"
                .formatted(server.address(), bad.getMessage()),
            position.token().orElse(null),
            bad));
  }

  /** An event without its token. */
  static Ending missingResumeToken(Position position) {
    return new Ending.Failed(
        new ChangeStreamException.MissingResumeToken(position.token().orElse(null)));
  }

  /** How a stream ended, for people. */
  static String describe(Ending ending) {
    return ending instanceof Ending.Failed failed
        ? failed.exception().toString()
        : ((Ending.Regular) ending).reason().name().toLowerCase(Locale.ROOT);
  }

  private static ChangeStreamException refused(
      String message, ServerError error, @Nullable ResumeToken token) {
    return switch (error.code()) {
      case CHANGE_STREAM_HISTORY_LOST ->
          new ChangeStreamException.HistoryLost(
              message, error.code(), error.codeName(), error.labels(), error.reply(), token);
      case BSON_OBJECT_TOO_LARGE ->
          new ChangeStreamException.EventTooLarge(
              message, error.code(), error.codeName(), error.labels(), error.reply(), token);
      default ->
          new ChangeStreamException.Refused(
              message, error.code(), error.codeName(), error.labels(), error.reply(), token);
    };
  }
}
