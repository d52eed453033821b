package dev.tailrace.wire.tcp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections that cursors are bound to: behind a load balancer only the connection that opened
 * a cursor is sure to lead to the server that has it (load balancers specification, "Connection
 * pinning"). A connection is kept here between two exchanges of its cursor, until the cursor is
 * exhausted or killed, or the connection lost. Thread-safe.
 */
final class PinnedConnections {

  /** A connection, checked out of its server's pool. */
  record Pinned(Server server, Connection connection) {}

  private final Map<Long, Pinned> idle = new HashMap<>();
  private long lastNumber;
  private boolean closed;

  /** A number for the connection of a cursor that has just been opened. */
  synchronized long nextNumber() {
    return ++lastNumber;
  }

  /** Keeps a connection, until it is taken by its number. */
  void keep(long number, Pinned pinned) {
    boolean kept = false;
    synchronized (this) {
      if (!closed) {
        idle.put(number, pinned);
        kept = true;
      }
    }
    if (!kept) {
      giveBack(pinned);
    }
  }

  /** Takes a connection out for one exchange; null if it is in use, or there is none any more. */
  synchronized @Nullable Pinned take(long number) {
    return idle.remove(number);
  }

  /** Closes what is kept, and keeps nothing any more. */
  void close() {
    List<Pinned> kept;
    synchronized (this) {
      closed = true;
      kept = List.copyOf(idle.values());
      idle.clear();
    }
    kept.forEach(PinnedConnections::giveBack);
  }

  /** With no lock held: the pool tells its listeners. */
  private static void giveBack(Pinned pinned) {
    pinned.server().pool().checkIn(pinned.connection(), false);
  }
}
