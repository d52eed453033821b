package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.OutsideData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * The files of official suites as tests, or the tests in them. What is not played is named in
 * {@code skipped.txt}, as {@code path: reason}, where a path stands for every file whose path
 * begins so, or as {@code path > description: reason} for tests of one file. A line that names
 * nothing is an error, so the list cannot grow old.
 */
final class OfficialTests {

  private static final String SKIPPED = "skipped.txt";

  private OfficialTests() {}

  private static final String IN_FILE = " > ";

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
    try {
      Map<String, String> skipped = skipped(source);
      Tally tally = new Tally(folder, "files");
      return files(source.resolve(folder)).stream()
          .map(
              path ->
                  test(
                      source.relativize(path).toString(),
                      skipped,
                      tally,
                      () -> {
                        BsonDocument file = read(path);
                        check.play(file);
                        // Some suites have one test a file, some a list of them.
                        return file.isArray("tests") ? file.getArray("tests").size() : 1;
                      }))
          .onClose(tally::print);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What one test of a file has to prove. */
  interface CheckOfOne {
    void play(BsonDocument file, BsonDocument test) throws Exception;
  }

  /**
   * One test for each that is listed in a JSON file in {@code folder} (below {@code
   * specifications/source}). When all have been played, one line of the log says how many there
   * were.
   */
  static Stream<DynamicTest> each(String folder, CheckOfOne check) {
    Path source = source();
    try {
      Map<String, String> skipped = skipped(source);
      Tally tally = new Tally(folder, "tests");
      List<DynamicTest> tests = new ArrayList<>();
      for (Path path : files(source.resolve(folder))) {
        BsonDocument file = read(path);
        for (BsonValue value : file.getArray("tests")) {
          BsonDocument test = value.asDocument();
          String name =
              source.relativize(path) + IN_FILE + test.getString("description").getValue();
          tests.add(
              test(
                  name,
                  skipped,
                  tally,
                  () -> {
                    check.play(file, test);
                    return 1;
                  }));
        }
      }
      return tests.stream().onClose(tally::print);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
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

  /** Plays what is to be played; how many tests that were. */
  private interface Play {
    int play() throws Exception;
  }

  private static DynamicTest test(
      String name, Map<String, String> skipped, Tally tally, Play play) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          tally.all++;
          for (Map.Entry<String, String> listed : skipped.entrySet()) {
            if (name.startsWith(listed.getKey())) {
              tally.listed++;
              Assumptions.abort(listed.getValue());
            }
          }
          tally.passed += play.play();
        });
  }

  /** How much of one suite there is, and what became of it. */
  private static final class Tally {

    private final String suite;
    private final String unit;
    private int all;
    private int passed;
    private int listed;

    Tally(String suite, String unit) {
      this.suite = suite;
      this.unit = unit;
    }

    void print() {
      System.out.printf(
          "suite: %s: %d %s, %d tests passed, %d %s listed as not played%n",
          suite, all, unit, passed, listed, unit);
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
      assertThat(namesSomething(source, path)).as("%s: nothing is %s", SKIPPED, path).isTrue();
      skipped.put(path, line.substring(colon + 2));
    }
    return skipped;
  }

  private static boolean namesSomething(Path source, String name) throws IOException {
    int inFile = name.indexOf(IN_FILE);
    if (inFile >= 0) {
      String begin = name.substring(inFile + IN_FILE.length());
      return read(source.resolve(name.substring(0, inFile))).getArray("tests").stream()
          .anyMatch(
              test -> test.asDocument().getString("description").getValue().startsWith(begin));
    }
    Path folder = source.resolve(name.substring(0, name.lastIndexOf('/')));
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(file -> source.relativize(file).toString().startsWith(name));
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
