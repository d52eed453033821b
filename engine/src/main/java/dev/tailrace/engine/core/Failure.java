package dev.tailrace.engine.core;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ServerRef;
import org.jspecify.annotations.Nullable;

/** Why an exchange did not bring a batch. */
sealed interface Failure {

  /** What happened, for people. */
  String describe();

  /**
   * A server said no.
   *
   * @param server who said it, with the wire version of the connection it was said on
   * @param error what it said
   */
  record ByServer(ServerRef server, ServerError error) implements Failure {
    @Override
    public String describe() {
      return "%s answered with error %s".formatted(server.address(), error.describe());
    }
  }

  /**
   * No server said anything.
   *
   * @param reason what kind of failure
   * @param message what happened
   * @param cause the failure underneath, where there is one
   */
  record NoAnswer(Outcome.Reason reason, String message, @Nullable Throwable cause)
      implements Failure {
    @Override
    public String describe() {
      return message;
    }
  }
}
