package dev.tailrace.engine.core;

/** A reply that is sound BSON, but not what the protocol says. The message says what is wrong. */
final class UnexpectedReplyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnexpectedReplyException(String message) {
    super(message);
  }
}
