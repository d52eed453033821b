package dev.tailrace.conformance.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory with the official specifications, in the layout of the {@code
 * mongodb/specifications} repository: the system property {@code tailrace.specifications}.
 */
public final class Specifications {

  private Specifications() {}

  /** A directory below {@code source}, such as {@code change-streams/tests/unified}. */
  public static Path directory(String path) {
    return OutsideData.require("tailrace.specifications", "source/" + path);
  }

  /** The JSON files directly in a directory below {@code source}, by name. */
  public static List<Path> files(String path) {
    return list(directory(path), 1);
  }

  /** The JSON files in and below a directory below {@code source}, by path. */
  public static List<Path> filesBelow(String path) {
    return list(directory(path), Integer.MAX_VALUE);
  }

  private static List<Path> list(Path directory, int depth) {
    try (Stream<Path> files = Files.walk(directory, depth)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
