package dev.tailrace.fakeserver.query.stage;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.ElementText;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * A collection as a stage names it.
 *
 * @param database empty for the database that the command runs in
 * @param collection empty for none
 */
public record CollectionName(String database, String collection) {

  static final CollectionName NONE = new CollectionName("", "");

  /** Reads {@code {db: NAME, coll: NAME}}. */
  static CollectionName of(BsonValue value) {
    boolean wellFormed =
        value instanceof BsonDocument document
            && document.get("db") instanceof BsonString
            && document.get("coll") instanceof BsonString
            && document.size() == 2;
    if (!wellFormed) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          "expected an object with string fields 'db' and 'coll', but found "
              + ElementText.value(value));
    }
    BsonDocument document = value.asDocument();
    return new CollectionName(
        document.getString("db").getValue(), document.getString("coll").getValue());
  }
}
