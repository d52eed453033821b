package dev.tailrace.conformance.golden;

import dev.tailrace.conformance.support.OutsideData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bson.BsonDocument;

/** The recordings of the real server, read where they lie (system property tailrace.golden). */
final class Recordings {

  private Recordings() {}

  /** The lines of a recording. */
  static List<BsonDocument> read(String file) {
    Path path = OutsideData.require("tailrace.golden", "server-4.4/" + file);
    try {
      return Files.readAllLines(path).stream().map(BsonDocument::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
