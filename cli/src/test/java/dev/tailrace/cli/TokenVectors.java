package dev.tailrace.cli;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;

/**
 * Resume tokens of servers and what they say, from where the system property {@code
 * tailrace.reference} points. Without them a test is skipped, and fails where {@code CI} is {@code
 * true}.
 */
final class TokenVectors {

  private TokenVectors() {}

  /** All of them: each has a {@code name}, a {@code token} and what is {@code decoded} from it. */
  static List<BsonDocument> all() {
    Path file =
        Path.of(System.getProperty("tailrace.reference", "none"), "resume-token-vectors.json");
    if (!Files.isRegularFile(file)) {
      String reason = "no token vectors at " + file;
      if ("true".equals(System.getenv("CI"))) {
        fail(reason);
      }
      abort(reason);
    }
    try {
      return BsonArray.parse(Files.readString(file)).stream()
          .map(vector -> vector.asDocument())
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
