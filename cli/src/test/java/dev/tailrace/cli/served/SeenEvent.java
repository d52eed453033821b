package dev.tailrace.cli.served;

import static java.util.Objects.requireNonNull;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import org.bson.BsonDocument;

/**
 * What a driver made of an event.
 *
 * @param token its {@code _id}
 * @param operationType such as {@code insert}
 * @param namespace {@code database.collection}
 * @param id the {@code _id} of the document that changed; it has to be an int32
 */
public record SeenEvent(BsonDocument token, String operationType, String namespace, int id) {

  /** The same from the driver's own class. */
  public static SeenEvent of(ChangeStreamDocument<BsonDocument> event) {
    return new SeenEvent(
        event.getResumeToken(),
        requireNonNull(event.getOperationType(), "operationType").getValue(),
        requireNonNull(event.getNamespace(), "namespace").getFullName(),
        requireNonNull(event.getDocumentKey(), "documentKey").getInt32("_id").getValue());
  }

  /** All but the token, in a few words. */
  public String inShort() {
    return operationType + " " + namespace + " " + id;
  }
}
