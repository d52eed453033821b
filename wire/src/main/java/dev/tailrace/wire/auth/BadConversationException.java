package dev.tailrace.wire.auth;

/** The client ends a conversation: the server is not to be believed, or there is no password. */
final class BadConversationException extends Exception {

  private static final long serialVersionUID = 1L;

  BadConversationException(String message) {
    super(message);
  }
}
