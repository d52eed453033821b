package dev.tailrace.fakeserver.query.match;

import java.util.OptionalInt;

/** Takes note of the array element that made a document match; the last one counts. */
final class Position {

  /** Where nobody wants to know. */
  static final Position IGNORED = new Position();

  private int index = -1;

  void record(int newIndex) {
    if (newIndex >= 0 && this != IGNORED) {
      index = newIndex;
    }
  }

  OptionalInt index() {
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
  }
}
