package dev.tailrace.wire.tcp;

import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import java.io.IOException;

/**
 * A request did not get a connection to its server: nothing was sent. The cause of outcomes with
 * the reason {@link dev.tailrace.engine.transport.Outcome.Reason#NETWORK}.
 */
public final class CheckOutException extends IOException {

  private static final long serialVersionUID = 1L;

  private final CheckOutFailure failure;

  CheckOutException(CheckOutFailure failure, String message) {
    super(message);
    this.failure = failure;
  }

  /**
   * Why not. After {@link CheckOutFailure#TIMEOUT} a larger {@code maxPoolSize}, or none, would
   * help; after the others the server itself was lost.
   */
  public CheckOutFailure failure() {
    return failure;
  }
}
