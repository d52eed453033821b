package dev.tailrace.wire.tcp;

/** No server that the request may run on was found in the time allowed. */
final class NoEligibleServerException extends Exception {

  private static final long serialVersionUID = 1L;

  NoEligibleServerException(String message) {
    super(message);
  }
}
