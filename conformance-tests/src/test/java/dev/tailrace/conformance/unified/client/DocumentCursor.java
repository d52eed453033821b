package dev.tailrace.conformance.unified.client;

import java.util.Optional;
import org.bson.BsonDocument;

/** Something to be read document by document: a change stream, or the cursor of a find. */
public interface DocumentCursor extends AutoCloseable {

  /** Waits for a document. */
  BsonDocument next() throws InterruptedException;

  /** A document that is here already, or what at most one {@code getMore} brings. */
  Optional<BsonDocument> tryNext() throws InterruptedException;

  @Override
  void close();
}
