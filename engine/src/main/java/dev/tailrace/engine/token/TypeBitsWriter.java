package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.TypeBits.LONGEST_SHORT_FORM;
import static dev.tailrace.engine.token.TypeBits.SIZE_FLAG;

import java.util.Arrays;

/**
 * Gathers {@link TypeBits} while values are written, in the order of their type bytes.
 *
 * <p>Bit k goes into byte k/8 at position k%8, lowest first. As long as every bit is 0, the usual
 * case, only their count is kept.
 */
final class TypeBitsWriter {

  private static final byte[] ALL_ZERO = {};

  private byte[] bytes = ALL_ZERO;
  private int bitCount;

  /** Appends the low {@code width} bits of {@code bits}, the most significant of them first. */
  void append(int bits, int width) {
    for (int position = width - 1; position >= 0; position--) {
      if (((bits >> position) & 1) != 0) {
        set(bitCount);
      }
      bitCount++;
    }
  }

  private void set(int bit) {
    int index = bit / 8;
    if (index >= bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(8, index * 2));
    }
    bytes[index] |= (byte) (1 << (bit % 8));
  }

  /**
   * The content of {@code _typeBits}: nothing if every bit is 0, else the bytes, trailing zeros
   * included, after their number; a single byte that cannot be taken for a number goes without.
   */
  byte[] serialise() {
    if (bytes.length == 0) {
      return ALL_ZERO;
    }
    int size = (bitCount + 7) / 8;
    if (size == 1 && bytes[0] > 0) {
      return new byte[] {bytes[0]};
    }
    KeyStringBuffer out = new KeyStringBuffer(5 + size);
    if (size <= LONGEST_SHORT_FORM) {
      out.putByte(SIZE_FLAG | size);
    } else {
      out.putByte(SIZE_FLAG);
      out.putInt(Integer.reverseBytes(size)); // Little-endian, alone in all of KeyString.
    }
    out.putBytes(Arrays.copyOf(bytes, size));
    return out.toByteArray();
  }
}
