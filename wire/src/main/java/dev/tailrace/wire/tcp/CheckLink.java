package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.wire.auth.AuthenticationException;
import dev.tailrace.wire.topology.ServerAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What others may do to a loop of checks: cut its connection, cut its rest short, end it. The loop
 * itself runs on one thread; everything else here may be called from any.
 */
final class CheckLink {

  private final ServerAddress address;
  private final TransportSettings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Connection connection;
  private long lastConnectionId;
  private boolean checkRequested;
  private boolean cancelled;
  private boolean closed;

  CheckLink(ServerAddress address, TransportSettings settings) {
    this.address = address;
    this.settings = settings;
  }

  /**
   * The connection for the next check; null if there is none, or what the last one was for has been
   * cancelled since.
   */
  @Nullable Connection connection() {
    lock.lock();
    try {
      if (cancelled) {
        cancelled = false;
        connection = null;
      }
      return connection;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A new connection, which the caller {@linkplain #open opens}. Others may close it from now on.
   */
  Connection newConnection() {
    lock.lock();
    try {
      Connection created = Connection.forChecks(address, ++lastConnectionId);
      connection = created;
      return created;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens a new connection.
   *
   * @return the answer to the greeting
   * @throws IOException if that failed, or the loop has been ended
   */
  DocumentSlice open(Connection created) throws IOException {
    if (isClosed()) {
      throw new IOException("the checks of " + address + " have ended");
    }
    try {
      return created.open(settings);
    } catch (AuthenticationException e) {
      throw new IllegalStateException("checks do not authenticate", e);
    }
  }

  /** Closes the connection: the next check begins on a new one. */
  void drop() {
    lock.lock();
    try {
      if (connection != null) {
        connection.close();
        connection = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends a check that is under way: its failure is nothing new. The next one reconnects. */
  void cancelCheck() {
    lock.lock();
    try {
      if (connection != null) {
        cancelled = true;
        connection.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether a check that failed did so because it was cancelled, or the loop ended. */
  boolean isCancelled() {
    lock.lock();
    try {
      return cancelled || closed;
    } finally {
      lock.unlock();
    }
  }

  /** Ends a rest, or makes the next one as short as it may be. */
  void requestCheck() {
    lock.lock();
    try {
      checkRequested = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Rests until the next check is due: for {@code frequency}, or if one is requested for the
   * smallest interval, or until the end.
   */
  void rest(Duration frequency) {
    long start = System.nanoTime();
    lock.lock();
    try {
      while (!closed && left(start, checkRequested ? shortest() : frequency) > 0) {
        changed.awaitNanos(left(start, checkRequested ? shortest() : frequency));
      }
      checkRequested = false;
    } catch (InterruptedException e) {
      closed = true; // Nobody but the JVM's end interrupts this thread.
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the loop, whatever it is at. */
  void close() {
    lock.lock();
    try {
      closed = true;
      if (connection != null) {
        connection.close();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static Duration shortest() {
    return ConnectionString.MIN_HEARTBEAT_FREQUENCY;
  }

  private static long left(long startNanos, Duration duration) {
    return startNanos + duration.toNanos() - System.nanoTime();
  }
}
