package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.TypeBits.LONGEST_SHORT_FORM;
import static dev.tailrace.engine.token.TypeBits.SIZE_FLAG;

/**
 * Hands out {@link TypeBits} in the order in which {@link TypeBitsWriter} was given them.
 *
 * <p>Where there are none every bit is 0, without end: all numbers are int32, all strings are
 * strings.
 */
final class TypeBitsReader {

  private final KeyStringInput bytes;
  private final boolean allZero;
  private int current;
  private int left;

  private TypeBitsReader(KeyStringInput bytes, boolean allZero) {
    this.bytes = bytes;
    this.allZero = allZero;
  }

  /**
   * Reads the content of {@code _typeBits}.
   *
   * @throws InvalidTokenException if it announces more bytes than it has, or a short list of bytes
   *     in the long form
   */
  static TypeBitsReader of(byte[] serialised) {
    KeyStringInput input = new KeyStringInput(serialised);
    int first = input.atEnd() ? 0 : input.readByte();
    if (first == 0) {
      return new TypeBitsReader(input, true);
    }
    if (first < SIZE_FLAG) {
      return new TypeBitsReader(new KeyStringInput(serialised, 1), false);
    }
    long size = first == SIZE_FLAG ? readLongSize(input) : first - SIZE_FLAG;
    return new TypeBitsReader(new KeyStringInput(input.readBytes(size)), false);
  }

  private static long readLongSize(KeyStringInput input) {
    long size = Integer.toUnsignedLong(Integer.reverseBytes(input.readInt()));
    if (size <= LONGEST_SHORT_FORM) {
      throw InvalidTokenException.keyString(50910, "Invalid overlong encoding.");
    }
    return size;
  }

  /** The next {@code width} bits, the first of them the most significant. */
  int read(int width) {
    int bits = 0;
    for (int i = 0; i < width; i++) {
      bits = (bits << 1) | readBit();
    }
    return bits;
  }

  private int readBit() {
    if (allZero) {
      return 0;
    }
    if (left == 0) {
      if (bytes.atEnd()) {
        throw InvalidTokenException.keyString(50615, "Invalid size byte(s).");
      }
      current = bytes.readByte();
      left = 8;
    }
    int bit = current & 1;
    current >>= 1;
    left--;
    return bit;
  }
}
