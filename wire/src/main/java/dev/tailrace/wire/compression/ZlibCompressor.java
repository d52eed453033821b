package dev.tailrace.wire.compression;

import dev.tailrace.wire.frame.BadMessageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.zip.Deflater;
import java.util.zip.InflaterInputStream;

/** {@code zlib}, by the JDK. */
final class ZlibCompressor implements Compressor {

  private static final int BUFFER_SIZE = 8 * 1024;

  private final int level;

  /**
   * @param level from -1 (zlib's own choice) and 0 (none) to 9 (best)
   */
  ZlibCompressor(int level) {
    this.level = level;
  }

  @Override
  public int id() {
    return 2;
  }

  @Override
  public String compressorName() {
    return "zlib";
  }

  @Override
  public byte[] compress(byte[] bytes, int offset, int length) {
    Deflater deflater = new Deflater(level);
    try {
      deflater.setInput(bytes, offset, length);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream(length / 2 + BUFFER_SIZE);
      byte[] buffer = new byte[BUFFER_SIZE];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  @Override
  public byte[] decompress(byte[] bytes, int offset, int length, int size)
      throws BadMessageException {
    return Inflated.readAll(
        new InflaterInputStream(new ByteArrayInputStream(bytes, offset, length)),
        compressorName(),
        size);
  }
}
