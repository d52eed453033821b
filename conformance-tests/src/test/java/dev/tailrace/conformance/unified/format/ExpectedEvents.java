package dev.tailrace.conformance.unified.format;

import java.util.List;
import org.bson.BsonDocument;

/**
 * The events that one client is expected to observe.
 *
 * @param client the client entity's name
 * @param eventType which kind: {@code command}, {@code cmap} or {@code sdam}
 * @param events the events, in order
 * @param ignoreExtraEvents whether more may follow
 */
public record ExpectedEvents(
    String client, String eventType, List<ExpectedEvent> events, boolean ignoreExtraEvents) {

  /**
   * One expected event.
   *
   * @param type the event's name, such as {@code commandStartedEvent}
   * @param fields what its fields must match
   */
  public record ExpectedEvent(String type, BsonDocument fields) {

    /** Reads the one field of an event document: its type, and what is said of it. */
    public static ExpectedEvent of(BsonDocument document) {
      String type = document.getFirstKey();
      return new ExpectedEvent(type, document.getDocument(type));
    }
  }
}
