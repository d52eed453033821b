package dev.tailrace.engine.core;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ServerRef;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why an exchange did not bring a batch. */
sealed interface Failure {

  /** What happened, for people. */
  String describe();

  /** Whose failure it is, as far as that is known: its address, or nothing. */
  Set<String> addresses();

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

    @Override
    public Set<String> addresses() {
      return Set.of(server.address());
    }
  }

  /**
   * No server said anything.
   *
   * @param reason what kind of failure
   * @param message what happened
   * @param cause the failure underneath, where there is one
   * @param server who was asked, where that is known
   */
  record NoAnswer(
      Outcome.Reason reason, String message, @Nullable Throwable cause, @Nullable ServerRef server)
      implements Failure {

    /** A failure that is nobody's. */
    NoAnswer(Outcome.Reason reason, String message, @Nullable Throwable cause) {
      this(reason, message, cause, /* server= */ null);
    }

    @Override
    public String describe() {
      return message;
    }

    @Override
    public Set<String> addresses() {
      return server == null ? Set.of() : Set.of(server.address());
    }
  }
}
