package dev.tailrace.engine.token;

import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/**
 * What a token says of its event, so that two events of one cluster time have different tokens.
 *
 * <p>In version 2 a document: {@code operationType} first, then {@code documentKey} or {@code
 * operationDescription} if the event has either. In the versions before only those events have that
 * document which are shown with {@code showExpandedEvents} alone; the classic ones have their
 * document key itself, or nothing where there is none.
 */
public final class EventIdentifier {

  /** Those that streams show without {@code showExpandedEvents}. */
  private static final Set<String> CLASSIC_OPERATION_TYPES =
      Set.of(
          "insert", "update", "replace", "delete", "drop", "rename", "dropDatabase", "invalidate");

  private EventIdentifier() {}

  /**
   * The identifier of an event. An invalidate has that of the event it comes from; see {@link
   * DecodedToken#invalidate}.
   *
   * @param version of the token
   * @param operationType as the event has it
   * @param documentKey of an insert, update, replace or delete; else null
   * @param operationDescription of the events that have one; else null
   * @return null if the token is to have none
   * @throws IllegalArgumentException if there are both a key and a description
   */
  public static @Nullable BsonDocument of(
      int version,
      String operationType,
      @Nullable BsonDocument documentKey,
      @Nullable BsonDocument operationDescription) {
    if (documentKey != null && operationDescription != null) {
      throw new IllegalArgumentException(
          operationType + " event with both a documentKey and an operationDescription");
    }
    if (version < 2 && CLASSIC_OPERATION_TYPES.contains(operationType)) {
      return documentKey;
    }
    BsonDocument identifier = new BsonDocument("operationType", new BsonString(operationType));
    if (documentKey != null) {
      identifier.put("documentKey", documentKey);
    } else if (operationDescription != null) {
      identifier.put("operationDescription", operationDescription);
    }
    return identifier;
  }
}
