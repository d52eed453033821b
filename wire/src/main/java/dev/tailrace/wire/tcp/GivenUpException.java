package dev.tailrace.wire.tcp;

/** Ends the work on an exchange that nobody wants the outcome of any more. */
final class GivenUpException extends Exception {

  private static final long serialVersionUID = 1L;

  GivenUpException() {
    super("given up", null, false, false);
  }
}
