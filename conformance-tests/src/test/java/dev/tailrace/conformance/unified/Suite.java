package dev.tailrace.conformance.unified;

import dev.tailrace.conformance.support.Specifications;
import dev.tailrace.conformance.unified.format.RefusedFileException;
import dev.tailrace.conformance.unified.format.TestFile;
import dev.tailrace.conformance.unified.format.TestFile.TestCase;
import dev.tailrace.conformance.unified.format.TestFileReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The official test files that are played. */
enum Suite {
  CHANGE_STREAMS("change-streams", "change-streams/tests/unified", "", true),
  RETRYABLE_READS("retryable-reads", "retryable-reads/tests/unified", "changeStreams-", false),
  TIMEOUTS(
      "client-side-operations-timeout",
      "client-side-operations-timeout/tests",
      "change-streams",
      false),
  RETRIES_WITHIN_TIMEOUTS(
      "client-side-operations-timeout",
      "client-side-operations-timeout/tests",
      "retryability-timeoutMS",
      false),
  SESSIONS("sessions", "sessions/tests", "", false),
  TRANSACTIONS("transactions", "transactions/tests/unified", "", false),
  CONVENIENT_TRANSACTIONS(
      "transactions-convenient-api", "transactions-convenient-api/tests/unified", "", false),
  RETRYABLE_WRITES("retryable-writes", "retryable-writes/tests/unified", "", false),
  VALID_PASS("valid-pass", "unified-test-format/tests/valid-pass", "", false),
  VALID_FAIL("valid-fail", "unified-test-format/tests/valid-fail", "", false);

  private final String label;
  private final String directory;
  private final String prefix;
  private final boolean onEveryServer;

  /**
   * @param label the suite's name in test names
   * @param directory where its files lie in the specifications
   * @param prefix what the names of those files begin with that are played
   * @param onEveryServer whether a test is played on every server that meets its requirements, and
   *     not just on the first and the last: what these suites ask of a server is the same in all
   *     releases
   */
  Suite(String label, String directory, String prefix, boolean onEveryServer) {
    this.label = label;
    this.directory = directory;
    this.prefix = prefix;
    this.onEveryServer = onEveryServer;
  }

  /** Of the servers that meet a test's requirements, those to play it on. */
  <T> List<T> choose(List<T> servers) {
    return onEveryServer || servers.size() <= 2
        ? servers
        : List.of(servers.get(0), servers.get(servers.size() - 1));
  }

  /**
   * Reads the files. One that is no test file of a supported version is left out; which those are
   * is for {@link dev.tailrace.conformance.unified.format.FormatTest} to say.
   */
  List<TestFile> read() {
    TestFileReader reader = new TestFileReader();
    return Specifications.files(directory).stream()
        .filter(path -> path.getFileName().toString().startsWith(prefix))
        .flatMap(path -> readSupported(reader, path))
        .toList();
  }

  /** The names of all tests, as the list of known gaps has them. */
  List<String> testNames() {
    return read().stream()
        .flatMap(file -> file.tests().stream().map(test -> nameOf(file, test)))
        .toList();
  }

  /** The name of a test of this suite. */
  String nameOf(TestFile file, TestCase test) {
    return "%s/%s/%s".formatted(this, file.name(), test.description());
  }

  private static Stream<TestFile> readSupported(TestFileReader reader, Path path) {
    try {
      return Stream.of(reader.read(path));
    } catch (RefusedFileException refused) {
      return Stream.empty();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public String toString() {
    return label;
  }
}
