package dev.tailrace.engine.bytes;

/**
 * Bytes that are not the BSON they should be. Says what was expected, what was found, and where.
 */
public final class MalformedBsonException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public MalformedBsonException(String message) {
    super(message);
  }
}
