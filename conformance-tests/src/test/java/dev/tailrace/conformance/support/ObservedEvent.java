package dev.tailrace.conformance.support;

import org.bson.BsonDocument;

/**
 * Something that a client has told about its work.
 *
 * @param type the event's name, such as {@code commandStartedEvent}
 * @param fields those of its fields that tests speak of
 */
public record ObservedEvent(String type, BsonDocument fields) {

  /** Who tells such events: {@code command}, {@code cmap} or {@code sdam}. */
  public String kind() {
    if (type.startsWith("command")) {
      return "command";
    }
    return type.startsWith("connection") ? "cmap" : "sdam";
  }

  @Override
  public String toString() {
    return type + " " + fields;
  }
}
