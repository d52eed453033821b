package dev.tailrace.engine.token;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bson.BsonDocument;

/**
 * Resume tokens of real servers, and others made to cover what real ones seldom show, each with
 * what it says. They are read from where the property {@code tailrace.reference} points.
 */
final class TokenVectors {

  private TokenVectors() {}

  /** One token as a server writes it, and what it says. */
  record TokenVector(String name, BsonDocument token, BsonDocument decoded) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** All of them; skips the test where there is no such file, unless this is CI. */
  static List<TokenVector> all() {
    Path file =
        Path.of(System.getProperty("tailrace.reference", "none"), "resume-token-vectors.json");
    ReferenceData.require(file);
    try {
      return BsonDocument.parse("{vectors: " + Files.readString(file) + "}")
          .getArray("vectors")
          .stream()
          .map(vector -> vector(vector.asDocument()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TokenVector vector(BsonDocument vector) {
    return new TokenVector(
        vector.getString("name").getValue(),
        vector.getDocument("token"),
        vector.getDocument("decoded"));
  }
}
