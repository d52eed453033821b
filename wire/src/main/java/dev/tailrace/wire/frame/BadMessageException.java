package dev.tailrace.wire.frame;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.bytes.MalformedBsonException;

/**
 * Bytes from the other side that are not the protocol. The connection they came on is of no further
 * use: nobody knows where its next message begins, or what it would mean. Close it.
 */
public final class BadMessageException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String expected;
  private final String found;
  private final int offset;

  /**
   * A mismatch at one place.
   *
   * @param expected what the protocol asks for there
   * @param found what was there instead; never more than a few bytes of the peer's data
   * @param offset where, in bytes from the beginning of the frame
   */
  public BadMessageException(String expected, String found, int offset) {
    super("bad message at byte " + offset + ": expected " + expected + ", found " + found);
    this.expected = requireNonNull(expected, "expected");
    this.found = requireNonNull(found, "found");
    this.offset = offset;
  }

  /** A mismatch inside a document. */
  public BadMessageException(MalformedBsonException malformed) {
    this(malformed.expected(), malformed.found(), malformed.offset());
  }

  /** What the protocol asks for. */
  public String expected() {
    return expected;
  }

  /** What was there instead. */
  public String found() {
    return found;
  }

  /** Where, in bytes from the beginning of the frame (or of the buffer that was checked). */
  public int offset() {
    return offset;
  }
}
