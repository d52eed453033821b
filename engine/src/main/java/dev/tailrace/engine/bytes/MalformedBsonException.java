package dev.tailrace.engine.bytes;

import static java.util.Objects.requireNonNull;

/** Bytes that are not the BSON they should be. */
public final class MalformedBsonException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String expected;
  private final String found;
  private final int offset;

  /**
   * A mismatch at one place.
   *
   * @param expected what should be there
   * @param found what is there instead; never more than a few bytes of it
   * @param offset where, in bytes from the beginning of the buffer
   */
  public MalformedBsonException(String expected, String found, int offset) {
    super("expected " + expected + ", found " + found + " (offset " + offset + ")");
    this.expected = requireNonNull(expected, "expected");
    this.found = requireNonNull(found, "found");
    this.offset = offset;
  }

  /** What should be there. */
  public String expected() {
    return expected;
  }

  /** What is there instead. */
  public String found() {
    return found;
  }

  /** Where, in bytes from the beginning of the buffer. */
  public int offset() {
    return offset;
  }
}
