package dev.tailrace.fakeserver.history;

import java.util.Locale;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened.
 *
 * @param atNanos when, on the set's monotonic clock
 * @param member the member it happened at
 * @param connection the connection it happened on; 0 for the member as a whole
 * @param kind what kind of thing
 * @param name the command's name, or a few words
 * @param document the command or the reply; null where it was longer than 4 KiB, or there is none.
 *     Of a longer reply with a cursor all but its batch is kept, and {@code cursor.documents} says
 *     how many documents that had. Not to be changed
 */
public record HistoryEvent(
    long atNanos,
    int member,
    long connection,
    Kind kind,
    String name,
    @Nullable BsonDocument document) {

  /** Kinds of things. */
  public enum Kind {
    CONNECTED,
    ENCRYPTED,
    COMMAND,
    REPLY,
    FAULT,
    CLOSED,
    MEMBER
  }

  /** One line of a timeline. */
  @Override
  public String toString() {
    String where = connection == 0 ? "m" + member : "m" + member + " #" + connection;
    String what = document == null ? name : name + " " + document.toJson().replaceAll("\\s+", " ");
    return String.format(
        Locale.ROOT,
        "%12.6f  %-8s %-9s %s",
        atNanos / 1e9,
        where,
        kind.name().toLowerCase(Locale.ROOT),
        what);
  }
}
