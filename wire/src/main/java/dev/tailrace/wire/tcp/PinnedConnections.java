package dev.tailrace.wire.tcp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections that cursors are bound to: behind a load balancer only the connection that opened
 * a cursor is sure to lead to the server that has it (load balancers specification, "Connection
 * pinning"). A connection is kept here between two exchanges of its cursor, until the cursor is
 * exhausted or killed, or the connection lost.
 *
 * <p>Whoever {@linkplain #pin pins} a connection, or takes one, says once what became of it: {@link
 * #keep} or {@link #forget}. Thread-safe.
 */
final class PinnedConnections {

  /** A connection, checked out of its server's pool. */
  record Pinned(Server server, Connection connection) {}

  /** What is known of one that is pinned. */
  private static final class Entry {

    /** Null while an exchange has it. */
    private @Nullable Pinned idle;

    /** Whether nobody is going to take it any more. */
    private boolean deserted;

    @Nullable Pinned handOut() {
      @Nullable Pinned out = idle;
      idle = null;
      return out;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final Map<Long, Entry> entries = new HashMap<>();
  private long lastNumber;
  private boolean closed;

  /** A number for the connection of a cursor that has just been opened. The caller has it still. */
  long pin() {
    lock.lock();
    try {
      entries.put(++lastNumber, new Entry());
      return lastNumber;
    } finally {
      lock.unlock();
    }
  }

  /** Keeps a connection until it is taken by its number; gives it back if nobody is going to. */
  void keep(long number, Pinned pinned) {
    if (!isKept(number, pinned)) {
      giveBack(pinned);
    }
  }

  private boolean isKept(long number, Pinned pinned) {
    lock.lock();
    try {
      @Nullable Entry entry = entries.get(number);
      if (closed || entry == null || entry.deserted) {
        entries.remove(number);
        return false;
      }
      entry.idle = pinned;
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** There is no such connection any more, or it is no cursor's: whoever has it gives it back. */
  void forget(long number) {
    lock.lock();
    try {
      entries.remove(number);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a connection out for one exchange; null if it is in use, or there is none any more. */
  @Nullable Pinned take(long number) {
    lock.lock();
    try {
      @Nullable Entry entry = entries.get(number);
      return entry == null ? null : entry.handOut();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a connection out for the exchange that kills its cursor, after that which has it now;
   * null if there is none any more. If this exchange is given up meanwhile, the connection is given
   * back, now or when it is free.
   *
   * @throws GivenUpException if the exchange is given up
   */
  @Nullable Pinned takeLast(long number, Abandonment abandonment) throws GivenUpException {
    try {
      abandonment.unblockBy(this::wake);
      return awaitLast(number, abandonment);
    } catch (GivenUpException e) {
      desert(number);
      throw e;
    }
  }

  private @Nullable Pinned awaitLast(long number, Abandonment abandonment) throws GivenUpException {
    lock.lock();
    try {
      while (true) {
        @Nullable Entry entry = entries.get(number);
        if (entry == null) {
          return null;
        }
        if (closed || abandonment.isGivenUp()) {
          throw new GivenUpException();
        }
        @Nullable Pinned taken = entry.handOut();
        if (taken != null) {
          return taken;
        }
        changed.awaitUninterruptibly(); // An exchange is ended by giving it up.
      }
    } finally {
      lock.unlock();
    }
  }

  private void desert(long number) {
    @Nullable Pinned left = null;
    lock.lock();
    try {
      @Nullable Entry entry = entries.get(number);
      if (entry != null) {
        entry.deserted = true;
        left = entry.idle;
      }
      if (left != null) {
        entries.remove(number);
      }
    } finally {
      lock.unlock();
    }
    if (left != null) {
      giveBack(left);
    }
  }

  /** Closes what is kept, and keeps nothing any more. */
  void close() {
    List<Pinned> kept;
    lock.lock();
    try {
      closed = true;
      kept = entries.values().stream().map(entry -> entry.idle).filter(Objects::nonNull).toList();
      entries.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    kept.forEach(PinnedConnections::giveBack);
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * To be closed, as its cursor is open for all that is known: a service may let go of one whose
   * connection is gone. With no lock held: the pool tells its listeners.
   */
  private static void giveBack(Pinned pinned) {
    pinned.server().pool().checkIn(pinned.connection(), false);
  }
}
