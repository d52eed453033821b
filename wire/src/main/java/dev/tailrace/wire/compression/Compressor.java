package dev.tailrace.wire.compression;

import dev.tailrace.wire.frame.BadMessageException;

/**
 * One way to make messages smaller. Implementations are immutable and safe for use by many threads.
 */
public interface Compressor {

  /** The number that stands for it in a message: {@code compressorId}. */
  int id();

  /** What it is called in hello and in connection strings. */
  String compressorName();

  /** The bytes, compressed. */
  byte[] compress(byte[] bytes, int offset, int length);

  /**
   * What was compressed to these bytes.
   *
   * <p>Memory follows the bytes that come out, not the size that was claimed.
   *
   * @param size how long it is said to be, within the protocol's limits
   * @return exactly {@code size} bytes
   * @throws BadMessageException if they are not what this compressor makes, or come out shorter or
   *     longer
   */
  byte[] decompress(byte[] bytes, int offset, int length, int size) throws BadMessageException;
}
