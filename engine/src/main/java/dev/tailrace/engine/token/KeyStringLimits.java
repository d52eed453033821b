package dev.tailrace.engine.token;

/** How much a KeyString may hold: what servers write and read. */
final class KeyStringLimits {

  /** How many values there may be at the top level. */
  private static final int MAX_VALUES = 32;

  /** How deep they may nest. A value at the top level is at depth 1. */
  private static final int MAX_DEPTH = 200;

  private KeyStringLimits() {}

  /**
   * @throws InvalidTokenException (15) if there are too many values
   */
  static void requireCount(int values) {
    if (values > MAX_VALUES) {
      throw new InvalidTokenException(
          InvalidTokenException.OVERFLOW, "Ordering offset is out of bounds: " + MAX_VALUES);
    }
  }

  /**
   * @throws InvalidTokenException (15) if a value is too deep
   */
  static void requireDepth(int depth) {
    if (depth > MAX_DEPTH) {
      throw InvalidTokenException.keyString(
          InvalidTokenException.OVERFLOW,
          "KeyString encoding exceeded maximum allowable BSON nesting depth");
    }
  }
}
