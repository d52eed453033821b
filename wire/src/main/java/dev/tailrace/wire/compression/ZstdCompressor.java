package dev.tailrace.wire.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import dev.tailrace.wire.frame.BadMessageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;

/** {@code zstd}, by {@code com.github.luben:zstd-jni}, an optional dependency. */
final class ZstdCompressor implements Compressor {

  @Override
  public int id() {
    return 3;
  }

  @Override
  public String compressorName() {
    return "zstd";
  }

  @Override
  public byte[] compress(byte[] bytes, int offset, int length) {
    return Zstd.compress(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  @Override
  public byte[] decompress(byte[] bytes, int offset, int length, int size)
      throws BadMessageException {
    ZstdInputStream stream;
    try {
      stream = new ZstdInputStream(new ByteArrayInputStream(bytes, offset, length));
    } catch (IOException impossible) {
      throw Inflated.garbled(compressorName(), impossible);
    }
    return Inflated.readAll(stream, compressorName(), size);
  }
}
