package dev.tailrace.wire.compression;

import dev.tailrace.wire.frame.BadMessageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/** {@code snappy}, by {@code org.xerial.snappy:snappy-java}, an optional dependency. */
final class SnappyCompressor implements Compressor {

  /** A copy of 64 bytes takes three: no byte stands for more than this. */
  private static final int MOST_BYTES_PER_BYTE = 22;

  @Override
  public int id() {
    return 1;
  }

  @Override
  public String compressorName() {
    return "snappy";
  }

  @Override
  public byte[] compress(byte[] bytes, int offset, int length) {
    try {
      byte[] compressed = new byte[Snappy.maxCompressedLength(length)];
      int count = Snappy.compress(bytes, offset, length, compressed, 0);
      return Arrays.copyOf(compressed, count);
    } catch (IOException impossible) { // It reads and writes arrays only.
      throw new UncheckedIOException(impossible);
    }
  }

  @Override
  public byte[] decompress(byte[] bytes, int offset, int length, int size)
      throws BadMessageException {
    try {
      int claimed = Snappy.uncompressedLength(bytes, offset, length);
      if (claimed != size) {
        throw Inflated.wrongSize(compressorName(), size, claimed + " bytes");
      }
      if (size > (long) MOST_BYTES_PER_BYTE * length) {
        throw Inflated.wrongSize(compressorName(), size, "room for " + length + " bytes of input");
      }
      byte[] decompressed = new byte[size];
      int count = Snappy.uncompress(bytes, offset, length, decompressed, 0);
      if (count != size) {
        throw Inflated.wrongSize(compressorName(), size, count + " bytes");
      }
      return decompressed;
    } catch (IOException | RuntimeException broken) {
      throw Inflated.garbled(compressorName(), broken);
    }
  }
}
