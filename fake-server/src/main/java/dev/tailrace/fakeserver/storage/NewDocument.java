package dev.tailrace.fakeserver.storage;

import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * A document that is fit to be stored, and its {@code _id}: whoever inserts it, names it and
 * indexes it asks for that, and it is read only once.
 */
public record NewDocument(BsonValue id, RawBsonDocument document) {

  /**
   * A document that has an {@code _id}.
   *
   * @throws IllegalArgumentException if it has none
   */
  public static NewDocument of(RawBsonDocument document) {
    BsonValue id = document.get("_id");
    if (id == null) {
      throw new IllegalArgumentException("a document without an _id cannot be stored");
    }
    return new NewDocument(id, document);
  }
}
