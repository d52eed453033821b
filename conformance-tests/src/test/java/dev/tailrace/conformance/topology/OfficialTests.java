package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.OutsideData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * The files of official suites as tests. Files that are not played are named in {@code
 * skipped.txt}, as {@code path: reason}; a path stands for every file whose path begins so. A line
 * that names no file is an error, so the list cannot grow old.
 */
final class OfficialTests {

  private static final String SKIPPED = "skipped.txt";

  private OfficialTests() {}

  /** What one file has to prove. */
  interface Check {
    void play(BsonDocument test) throws Exception;
  }

  /**
   * One test for each JSON file in {@code folder} (below {@code specifications/source}) and its
   * subfolders.
   */
  static Stream<DynamicTest> in(String folder, Check check) {
    Path source = source();
    try (Stream<Path> files = Files.walk(source.resolve(folder))) {
      Map<String, String> skipped = skipped(source);
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList().stream()
          .map(file -> test(source.relativize(file).toString(), file, skipped, check));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DynamicTest test(
      String name, Path file, Map<String, String> skipped, Check check) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          skipped.forEach((path, reason) -> Assumptions.assumeFalse(name.startsWith(path), reason));
          check.play(read(file));
        });
  }

  static BsonDocument read(Path file) throws IOException {
    return BsonDocument.parse(Files.readString(file));
  }

  private static Path source() {
    return OutsideData.require("tailrace.specifications", "source");
  }

  private static Map<String, String> skipped(Path source) throws IOException {
    Map<String, String> skipped = new TreeMap<>();
    for (String line : readResource(SKIPPED).split("\n", -1)) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(": ");
      assertThat(colon).as("%s: expected 'path: reason', found '%s'", SKIPPED, line).isPositive();
      String path = line.substring(0, colon);
      assertThat(namesAFile(source, path)).as("%s: no file begins with %s", SKIPPED, path).isTrue();
      skipped.put(path, line.substring(colon + 2));
    }
    return skipped;
  }

  private static boolean namesAFile(Path source, String path) throws IOException {
    Path folder = source.resolve(path.substring(0, path.lastIndexOf('/')));
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(file -> source.relativize(file).toString().startsWith(path));
    }
  }

  private static String readResource(String name) throws IOException {
    try (@Nullable InputStream in = OfficialTests.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
