package dev.tailrace.wire.auth;

/**
 * A server does not accept who the client says it is, or does not prove that it is the server that
 * it should be. Trying again in the same way leads to the same end. The message names server, user
 * and mechanism; neither it nor a cause holds a secret.
 */
public final class AuthenticationException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Mechanism mechanism;
  private final int code;

  AuthenticationException(Mechanism mechanism, int code, String message) {
    super(message);
    this.mechanism = mechanism;
    this.code = code;
  }

  /** The same, told of the server at {@code address}. */
  public AuthenticationException at(String address) {
    AuthenticationException there =
        new AuthenticationException(mechanism, code, address + ": " + getMessage());
    there.setStackTrace(getStackTrace());
    return there;
  }

  /** The mechanism that failed. */
  public Mechanism mechanism() {
    return mechanism;
  }

  /** The server's error code (18 for a wrong password or user); 0 if it was us who refused. */
  public int code() {
    return code;
  }
}
