package dev.tailrace.benchmarks.client;

import org.jspecify.annotations.Nullable;

/** Where events end up. Whatever is put here escapes, so that no compiler leaves out its making. */
final class Sink {

  /** Nobody reads it. */
  static @Nullable Object last;

  private Sink() {}

  static void take(@Nullable Object value) {
    last = value;
  }
}
