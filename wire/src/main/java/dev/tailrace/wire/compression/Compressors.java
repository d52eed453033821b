package dev.tailrace.wire.compression;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The compressors there are: {@code zlib}, and {@code snappy} and {@code zstd} if {@code
 * org.xerial.snappy:snappy-java} and {@code com.github.luben:zstd-jni} are on the class path and
 * work on this machine.
 */
public final class Compressors {

  /** zlib's own choice between speed and size. */
  public static final int DEFAULT_ZLIB_LEVEL = -1;

  /** The names that the protocol has, whether there is one here or not. */
  public static final List<String> NAMES = List.of("snappy", "zlib", "zstd");

  // Not SnappyCompressor::new: that would be linked here, where nobody catches what is missing.
  private static final Optional<Compressor> SNAPPY = ifItWorks(() -> new SnappyCompressor());
  private static final Optional<Compressor> ZSTD = ifItWorks(() -> new ZstdCompressor());
  private static final Compressor ZLIB = new ZlibCompressor(DEFAULT_ZLIB_LEVEL);

  private Compressors() {}

  /** The one with this name; empty if there is none here. */
  public static Optional<Compressor> named(String name) {
    return switch (name) {
      case "snappy" -> SNAPPY;
      case "zlib" -> Optional.of(ZLIB);
      case "zstd" -> ZSTD;
      default -> Optional.empty();
    };
  }

  /**
   * The one for {@code zlib} with another level than the default.
   *
   * @param level from -1 (zlib's own choice) and 0 (none) to 9 (best)
   */
  public static Compressor zlib(int level) {
    return level == DEFAULT_ZLIB_LEVEL ? ZLIB : new ZlibCompressor(level);
  }

  /** The one with this {@code compressorId}; empty if there is none here. */
  static Optional<Compressor> ofId(int id) {
    return all().stream().filter(compressor -> compressor.id() == id).findFirst();
  }

  /** Those that there are here, in the order of their numbers. */
  public static List<Compressor> all() {
    List<Compressor> all = new ArrayList<>();
    SNAPPY.ifPresent(all::add);
    all.add(ZLIB);
    ZSTD.ifPresent(all::add);
    return all;
  }

  /** A library may be missing, or have no native part for this machine: only a try tells. */
  private static Optional<Compressor> ifItWorks(Supplier<Compressor> maker) {
    try {
      Compressor compressor = maker.get();
      compressor.compress(new byte[] {0}, 0, 1);
      return Optional.of(compressor);
    } catch (LinkageError | RuntimeException missing) {
      return Optional.empty();
    }
  }
}
