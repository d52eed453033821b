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
   * subfolders. When all have been played, one line of the log says how many there were.
   */
  static Stream<DynamicTest> in(String folder, Check check) {
    Path source = source();
    try (Stream<Path> files = Files.walk(source.resolve(folder))) {
      Map<String, String> skipped = skipped(source);
      Tally tally = new Tally(folder);
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList().stream()
          .map(file -> test(source.relativize(file).toString(), file, skipped, check, tally))
          .onClose(tally::print);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The files of {@code folder} that nothing here can play, which {@code skipped.txt} therefore has
   * to name, each with its reason.
   */
  static Stream<DynamicTest> listed(String folder) {
    return in(
        folder,
        test -> {
          throw new AssertionError("neither played nor listed in " + SKIPPED);
        });
  }

  private static DynamicTest test(
      String name, Path file, Map<String, String> skipped, Check check, Tally tally) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          tally.files++;
          for (Map.Entry<String, String> listed : skipped.entrySet()) {
            if (name.startsWith(listed.getKey())) {
              tally.listed++;
              Assumptions.abort(listed.getValue());
            }
          }
          BsonDocument test = read(file);
          check.play(test);
          // Some suites have one test a file, some a list of them.
          tally.passed += test.isArray("tests") ? test.getArray("tests").size() : 1;
        });
  }

  /** How many files of one suite there are, and what became of them. */
  private static final class Tally {

    private final String suite;
    private int files;
    private int passed;
    private int listed;

    Tally(String suite) {
      this.suite = suite;
    }

    void print() {
      System.out.printf(
          "suite: %s: %d files, %d tests passed, %d files listed as not played%n",
          suite, files, passed, listed);
    }
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

  static String readResource(String name) {
    try (@Nullable InputStream in = OfficialTests.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
