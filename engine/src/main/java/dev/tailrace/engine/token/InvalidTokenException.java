package dev.tailrace.engine.token;

import static java.util.Objects.requireNonNull;

/**
 * A resume token, or a KeyString, that cannot be read or may not be written.
 *
 * <p>{@link #code()} and the message are those with which a server refuses the same token, so that
 * a server's answer can be made of them and each failure can be told from the others. The few
 * refusals that no server makes (it never needs to build values of its own out of the bytes) carry
 * the code {@value #INVALID_BSON}, InvalidBSON, and say what could not be represented.
 */
public final class InvalidTokenException extends RuntimeException {

  /** FailedToParse: text that is not in the form it should have. */
  static final int FAILED_TO_PARSE = 9;

  /** Overflow: input that ends too early, nests too deep or holds too many values. */
  static final int OVERFLOW = 15;

  /** InvalidBSON: bytes that stand for no BSON value, or a value that no bytes stand for. */
  static final int INVALID_BSON = 22;

  /** InvalidUUID. */
  static final int INVALID_UUID = 207;

  private static final long serialVersionUID = 1L;

  private final int code;

  InvalidTokenException(int code, String message) {
    super(requireNonNull(message, "message"));
    this.code = code;
  }

  /** A refusal by the server's KeyString reader, worded as it words them. */
  static InvalidTokenException keyString(int code, String message) {
    return new InvalidTokenException(code, "KeyString format error: " + message);
  }

  /** Fails with the given code and message unless the condition holds. */
  static void require(boolean holds, int code, String message) {
    if (!holds) {
      throw new InvalidTokenException(code, message);
    }
  }

  /** The server's error code; a server reports most of these as {@code Location<code>}. */
  public int code() {
    return code;
  }
}
