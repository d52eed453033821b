package dev.tailrace.transport.driver;

import org.jspecify.annotations.Nullable;

/** The one server that a command may reach cannot be reached now. Ends the driver's selection. */
final class UnreachableServerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message names the server
   * @param cause what the driver has against it, where it says so
   */
  UnreachableServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
