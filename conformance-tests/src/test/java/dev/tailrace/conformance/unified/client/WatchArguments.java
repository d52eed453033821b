package dev.tailrace.conformance.unified.client;

import com.mongodb.client.ClientSession;
import dev.tailrace.conformance.unified.format.Fields;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/**
 * The arguments of a {@code createChangeStream} operation, by the names that the change-streams
 * specification gives them; what is empty was not given.
 */
public record WatchArguments(
    List<BsonDocument> pipeline,
    Optional<String> fullDocument,
    Optional<String> fullDocumentBeforeChange,
    Optional<BsonDocument> resumeAfter,
    Optional<BsonDocument> startAfter,
    Optional<BsonTimestamp> startAtOperationTime,
    Optional<Integer> maxAwaitTimeMS,
    Optional<Integer> batchSize,
    Optional<BsonValue> comment,
    Optional<Boolean> showExpandedEvents,
    Optional<Integer> timeoutMS,
    Optional<ClientSession> session) {

  /** Reads them from an operation's arguments, but for the session, which is an entity. */
  public static WatchArguments read(Fields arguments, Optional<ClientSession> session) {
    return new WatchArguments(
        arguments.documents("pipeline"),
        arguments.optionalText("fullDocument"),
        arguments.optionalText("fullDocumentBeforeChange"),
        arguments.optionalDocument("resumeAfter"),
        arguments.optionalDocument("startAfter"),
        arguments.optionalAny("startAtOperationTime").map(BsonValue::asTimestamp),
        arguments.optionalNumber("maxAwaitTimeMS"),
        arguments.optionalNumber("batchSize"),
        arguments.optionalAny("comment"),
        arguments.optionalFlag("showExpandedEvents"),
        arguments.optionalNumber("timeoutMS"),
        session);
  }
}
