package dev.tailrace.conformance.golden;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bson.BsonDocument;

/** The recordings of the real server, read where they lie (system property tailrace.golden). */
final class Recordings {

  private Recordings() {}

  /**
   * The lines of a recording.
   *
   * @throws IllegalStateException if it is not there, and this is CI; elsewhere the test is skipped
   */
  static List<BsonDocument> read(String file) {
    Path path = Path.of(System.getProperty("tailrace.golden", ""), "server-4.4", file);
    if (!Files.exists(path)) {
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException("no recording at " + path.toAbsolutePath());
      }
      assumeTrue(false, "no recording at " + path.toAbsolutePath());
    }
    try {
      return Files.readAllLines(path).stream().map(BsonDocument::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
