package dev.tailrace.engine.token;

import java.util.Arrays;

/** Bytes that grow while they are written. */
final class KeyStringBuffer {

  private byte[] bytes;
  private int length;

  KeyStringBuffer(int capacity) {
    this.bytes = new byte[capacity];
  }

  void putByte(int value) {
    ensureRoom(1);
    bytes[length++] = (byte) value;
  }

  void putBytes(byte[] source) {
    putBytes(source, 0, source.length);
  }

  void putBytes(byte[] source, int from, int to) {
    int count = to - from;
    ensureRoom(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
  }

  /** Big-endian. */
  void putInt(int value) {
    putLow(value, 4);
  }

  /** Big-endian. */
  void putLong(long value) {
    putLow(value, 8);
  }

  /** The low {@code count} bytes of {@code value}, big-endian. */
  void putLow(long value, int count) {
    ensureRoom(count);
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  private void ensureRoom(int count) {
    if (count > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, count), 2 * bytes.length));
    }
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }
}
