package dev.tailrace.wire.topology;

/** A reply to hello that no server would give: a field of another type, or beyond any measure. */
public final class BadHelloException extends Exception {

  private static final long serialVersionUID = 1L;

  BadHelloException(String field, String expected, String found) {
    super("bad hello reply: " + field + ": expected " + expected + ", found " + found);
  }
}
