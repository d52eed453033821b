package dev.tailrace.wire.compression;

import dev.tailrace.wire.frame.BadMessageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads decompressed bytes into memory that grows with them, up to what they are said to be. */
final class Inflated {

  /** What a stranger's message may cost before anything has come out of it. */
  private static final int FIRST_TRUST = 16 * 1024;

  private Inflated() {}

  /**
   * All of a stream.
   *
   * @param size how long it has to be
   * @throws BadMessageException if it is shorter, longer, or fails
   */
  static byte[] readAll(InputStream decompressed, String compressor, int size)
      throws BadMessageException {
    byte[] bytes = new byte[Math.min(size, FIRST_TRUST)];
    int filled = 0;
    try (decompressed) {
      while (filled < size) {
        if (filled == bytes.length) {
          bytes = Arrays.copyOf(bytes, (int) Math.min(size, 2L * filled));
        }
        int count = decompressed.read(bytes, filled, bytes.length - filled);
        if (count < 0) {
          throw wrongSize(compressor, size, filled + " bytes");
        }
        filled += count;
      }
      if (decompressed.read() >= 0) {
        throw wrongSize(compressor, size, "more");
      }
      return bytes;
    } catch (IOException | RuntimeException broken) {
      throw garbled(compressor, broken);
    }
  }

  static BadMessageException wrongSize(String compressor, int size, String found) {
    return new BadMessageException(
        "%d bytes out of %s".formatted(size, compressor), found, OpCompressed.BODY_OFFSET);
  }

  static BadMessageException garbled(String compressor, Exception cause) {
    BadMessageException garbled =
        new BadMessageException(
            "bytes that %s has made".formatted(compressor),
            String.valueOf(cause.getMessage()),
            OpCompressed.BODY_OFFSET);
    garbled.initCause(cause);
    return garbled;
  }
}
