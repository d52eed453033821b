package dev.tailrace.engine.transport;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** How an exchange ended. */
public sealed interface Outcome {

  /**
   * The server answered; whether it said yes or no is for the reader of the reply to see.
   *
   * @param server who answered
   * @param reply the body of the reply, as it lies in the buffer it was read into
   */
  record Replied(ServerRef server, DocumentSlice reply) implements Outcome {
    public Replied {
      requireNonNull(server, "server");
      requireNonNull(reply, "reply");
    }
  }

  /**
   * There is no answer.
   *
   * @param server who was asked, or was to be asked: of kind {@link ServerKind#UNKNOWN} where no
   *     connection to it could be had; null where none was chosen, or it is not known
   * @param reason what kind of failure
   * @param message what happened, for people: names the server, never a secret
   * @param cause the failure underneath, where there is one
   */
  record Failed(
      @Nullable ServerRef server, Reason reason, String message, @Nullable Throwable cause)
      implements Outcome {
    public Failed {
      requireNonNull(reason, "reason");
      requireNonNull(message, "message");
    }
  }

  /** Kinds of failure that a stream treats differently. */
  enum Reason {
    /**
     * A connection could not be made, broke, or was closed by the server; or the one server that
     * the request may run on is gone.
     */
    NETWORK,
    /** No server that the request may run on was found in the time allowed. */
    NO_ELIGIBLE_SERVER,
    /** The server sent something that is not the protocol. The connection is closed. */
    BAD_MESSAGE,
    /** The server was reached, and it and the client do not believe each other. */
    NOT_AUTHENTICATED,
    /** The server was reached, and does not work in the way that the transport was told to use. */
    NOT_SUPPORTED,
    /** The request's {@link TimeLimit} was over before it was answered. */
    TIMEOUT,
    /** The transport was closed. */
    CLOSED
  }
}
