package dev.tailrace.engine.token;

import java.util.Arrays;

/**
 * Bytes that are read from front to back. Every length is checked against what is left before
 * anything is read or any memory is taken.
 */
final class KeyStringInput {

  private final byte[] bytes;
  private final int end;
  private int position;

  KeyStringInput(byte[] bytes) {
    this(bytes, bytes.length);
  }

  /** Only the first {@code end} bytes. */
  KeyStringInput(byte[] bytes, int end) {
    this.bytes = bytes;
    this.end = end;
  }

  boolean atEnd() {
    return position == end;
  }

  /** 0 to 255. */
  int readByte() {
    require(1);
    return bytes[position++] & 0xFF;
  }

  /** Big-endian. */
  int readInt() {
    require(4);
    return (int) readBigEndian(4);
  }

  /** Big-endian. */
  long readLong() {
    require(8);
    return readBigEndian(8);
  }

  /** Big-endian, with every bit flipped if {@code flipped}. */
  long readLong(boolean flipped) {
    return flipped ? ~readLong() : readLong();
  }

  private long readBigEndian(int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = (value << 8) | (bytes[position++] & 0xFF);
    }
    return value;
  }

  byte[] readBytes(long count) {
    require(count);
    int from = position;
    position += (int) count;
    return Arrays.copyOfRange(bytes, from, position);
  }

  /** The bytes up to the next 0, which is skipped. */
  byte[] readUntilNul() {
    int from = position;
    int nul = findNul(from);
    position = nul + 1;
    return Arrays.copyOfRange(bytes, from, nul);
  }

  /** The bytes up to the next 0 that is not followed by FF; 0 FF within them stands for a 0. */
  byte[] readEscaped() {
    int from = position;
    int escapes = 0;
    int nul = findNul(from);
    while (nul + 1 < end && bytes[nul + 1] == (byte) 0xFF) {
      escapes++;
      nul = findNul(nul + 2);
    }
    position = nul + 1;
    byte[] text = new byte[nul - from - escapes];
    for (int source = from, target = 0; target < text.length; source++, target++) {
      text[target] = bytes[source];
      if (text[target] == 0) {
        source++; // The FF.
      }
    }
    return text;
  }

  private int findNul(int from) {
    for (int i = from; i < end; i++) {
      if (bytes[i] == 0) {
        return i;
      }
    }
    throw InvalidTokenException.keyString(50816, "Failed to find null terminator in string.");
  }

  private void require(long count) {
    int left = end - position;
    if (count > left) {
      throw new InvalidTokenException(
          InvalidTokenException.OVERFLOW,
          "Invalid advance (" + count + ") past end of buffer[" + left + "] at offset: 0");
    }
  }
}
