package dev.tailrace.fakeserver.command;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.ShallowDocument;
import dev.tailrace.wire.frame.DocumentSequence;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.frame.OpQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A command as it arrived. Documents in it are views of the message and not to be changed.
 *
 * @param name the command's name: its first field, as the client spelled it
 * @param db the database it is for
 * @param body every field of the body, documents and arrays in it still as bytes
 * @param sequences arguments that came as document sequences, by their names
 * @param exhaustAllowed whether the client takes more than one reply
 * @param isLegacy whether it came as OP_QUERY and is answered with OP_REPLY
 */
public record Request(
    String name,
    String db,
    BsonDocument body,
    Map<String, List<RawBsonDocument>> sequences,
    boolean exhaustAllowed,
    boolean isLegacy) {

  private static final int MISSING_DB = 40_571;

  public Request {
    requireNonNull(name, "name");
    requireNonNull(db, "db");
  }

  /**
   * Reads a message.
   *
   * @throws CommandFailure if it is no command: no field at all, or no {@code $db}
   */
  public static Request of(OpMsg message) {
    BsonDocument body = ShallowDocument.open(message.body().asDocument());
    if (body.isEmpty()) {
      throw new CommandFailure(MISSING_DB, "OP_MSG requests require a $db argument");
    }
    BsonValue db = body.get("$db");
    if (db == null) {
      throw new CommandFailure(MISSING_DB, "OP_MSG requests require a $db argument");
    }
    if (!db.isString()) {
      throw Idl.wrongType("$db", db, BsonType.STRING);
    }
    Map<String, List<RawBsonDocument>> sequences = new LinkedHashMap<>();
    for (DocumentSequence sequence : message.sequences()) {
      sequences.put(
          sequence.identifier(),
          sequence.documents().stream().map(DocumentSlice::asDocument).toList());
    }
    return new Request(
        body.getFirstKey(),
        db.asString().getValue(),
        body,
        sequences,
        message.exhaustAllowed(),
        false);
  }

  /**
   * Reads a message of old.
   *
   * @throws CommandFailure if it is no command
   */
  public static Request of(OpQuery message) {
    String namespace = message.fullCollectionName();
    BsonDocument body = ShallowDocument.open(message.query().asDocument());
    if (!namespace.endsWith(".$cmd") || body.isEmpty()) {
      throw new CommandFailure(
          5_739_101, "OP_QUERY is no longer supported. The client driver may require an upgrade.");
    }
    if (body.getFirstKey().equals("$query") && body.get("$query") instanceof BsonDocument query) {
      body = ShallowDocument.open(query);
    }
    String db = namespace.substring(0, namespace.length() - ".$cmd".length());
    BsonDocument withDb = new BsonDocument();
    withDb.putAll(body);
    withDb.append("$db", new BsonString(db));
    return new Request(body.getFirstKey(), db, withDb, Map.of(), false, true);
  }

  /** The value of the first field, which most commands take as their subject. */
  public BsonValue subject() {
    return requireNonNull(body.get(body.getFirstKey()));
  }

  /** The value of a field; null where it is absent. */
  public @Nullable BsonValue get(String field) {
    return body.get(field);
  }

  /**
   * An argument that is a list of documents, from the body or from a document sequence; null where
   * it is absent.
   *
   * @throws CommandFailure 14 if it is no array of documents
   */
  public @Nullable List<RawBsonDocument> documents(String field) {
    List<RawBsonDocument> sequence = sequences.get(field);
    if (sequence != null) {
      return sequence;
    }
    BsonValue value = body.get(field);
    if (value == null) {
      return null;
    }
    String path = name + "." + field;
    if (!(value instanceof BsonArray array)) {
      throw Idl.wrongType(path, value, BsonType.ARRAY);
    }
    List<RawBsonDocument> documents = new ArrayList<>();
    for (BsonValue element : array) {
      if (!(element instanceof BsonDocument document)) {
        throw Idl.wrongType(path + "." + documents.size(), element, BsonType.DOCUMENT);
      }
      documents.add(RawDocuments.of(document));
    }
    return documents;
  }

  /** How a hello names the application that says it; null if it does not, or this is no hello. */
  public @Nullable String applicationName() {
    boolean isHello = name.equalsIgnoreCase("hello") || name.equalsIgnoreCase("isMaster");
    return isHello
            && get("client") instanceof BsonDocument client
            && client.get("application") instanceof BsonDocument application
            && application.get("name") instanceof BsonString text
        ? text.getValue()
        : null;
  }
}
