package dev.tailrace.fakeserver.query.stage;

import java.util.List;
import org.bson.BsonDocument;

/** How a stage such as {@code $lookup} reads other collections. */
@FunctionalInterface
public interface CollectionReader {

  /** There is nothing else to read. */
  CollectionReader NONE = (database, collection) -> List.of();

  /**
   * The documents of a collection, in their order of storage; none if it does not exist.
   *
   * @param database the database; empty for the one that the command runs in
   */
  Iterable<BsonDocument> documents(String database, String collection);
}
