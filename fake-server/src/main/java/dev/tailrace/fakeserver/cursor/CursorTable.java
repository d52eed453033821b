package dev.tailrace.fakeserver.cursor;

import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.storage.Namespace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The open cursors of one member. Not thread-safe. */
public final class CursorTable {

  private final Map<Long, ServerCursor> cursors = new LinkedHashMap<>();
  private final Ids ids;
  private long killedInUse;

  /** A table without cursors, whose ids come from {@code ids}. */
  public CursorTable(Ids ids) {
    this.ids = ids;
  }

  /** Opens a cursor. */
  public ServerCursor open(
      Namespace namespace, ServerCursor.Content content, ServerCursor.Owner owner, long nowNanos) {
    long id = ids.cursorId();
    while (cursors.containsKey(id)) {
      id = ids.cursorId();
    }
    ServerCursor cursor = new ServerCursor(id, namespace, content, owner, nowNanos);
    cursors.put(id, cursor);
    return cursor;
  }

  /** The cursor of that id, or null. */
  public @Nullable ServerCursor get(long id) {
    return cursors.get(id);
  }

  /** Whether none is open. */
  public boolean isEmpty() {
    return cursors.isEmpty();
  }

  /** Every open cursor, oldest first. */
  public Collection<ServerCursor> all() {
    return List.copyOf(cursors.values());
  }

  /**
   * Kills a cursor. A getMore that has it at the moment finds out by {@link ServerCursor#killed}.
   *
   * @return whether there was one
   */
  public boolean kill(long id) {
    ServerCursor cursor = cursors.remove(id);
    if (cursor == null) {
      return false;
    }
    if (cursor.inUse()) {
      cursor.kill();
      killedInUse++;
    }
    return true;
  }

  /** Kills every cursor that {@code condition} names, and says how many. */
  public int killIf(Predicate<ServerCursor> condition) {
    List<ServerCursor> doomed = new ArrayList<>();
    for (ServerCursor cursor : cursors.values()) {
      if (condition.test(cursor)) {
        doomed.add(cursor);
      }
    }
    doomed.forEach(cursor -> kill(cursor.id()));
    return doomed.size();
  }

  /** How many cursors were ever killed under a getMore that had them. */
  public long killedInUse() {
    return killedInUse;
  }

  /**
   * Kills cursors that lay idle for too long.
   *
   * @param idleNanos how long that is
   * @param sparesSessions whether those that belong to a session live as long as it does
   */
  public void expire(long nowNanos, long idleNanos, boolean sparesSessions) {
    killIf(
        cursor ->
            !cursor.inUse()
                && !cursor.owner().noTimeout()
                && !(sparesSessions && cursor.owner().sessionId() != null)
                && nowNanos - cursor.lastUsedNanos >= idleNanos);
  }
}
