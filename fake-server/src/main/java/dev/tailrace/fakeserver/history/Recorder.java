package dev.tailrace.fakeserver.history;

import dev.tailrace.fakeserver.history.HistoryEvent.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** Writes down what happens, and keeps the newest of it. Not thread-safe. */
public final class Recorder {

  /** Events that are kept; with documents of 4 KiB at most that is 40 MB at most. */
  private static final int CAPACITY = 10_000;

  private final ArrayDeque<HistoryEvent> events = new ArrayDeque<>();
  private long forgotten;

  /** Writes down an event. */
  public void add(
      long atNanos,
      int member,
      long connection,
      Kind kind,
      String name,
      @Nullable BsonDocument document) {
    if (events.size() == CAPACITY) {
      events.removeFirst();
      forgotten++;
    }
    events.addLast(new HistoryEvent(atNanos, member, connection, kind, name, document));
  }

  /** A copy of what is kept. */
  public History history() {
    return new History(new ArrayList<>(events), forgotten);
  }

  /** Forgets everything. */
  public void clear() {
    events.clear();
    forgotten = 0;
  }
}
