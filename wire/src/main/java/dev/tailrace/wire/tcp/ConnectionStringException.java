package dev.tailrace.wire.tcp;

/**
 * A connection string that cannot be used. The message names the part that is wrong; it never holds
 * a user name, a password or anything of a key.
 */
public class ConnectionStringException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  ConnectionStringException(String message) {
    super("connection string: " + message);
  }
}
