package dev.tailrace.engine.core;

/** Fragments that cannot be put together. */
final class NotReassembledException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NotReassembledException(String expected, String found) {
    super("split event: expected %s, found %s".formatted(expected, found));
  }
}
