package dev.tailrace.wire.tcp;

import dev.tailrace.wire.topology.ServerAddress;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The connections for operations of one server: idle ones to use again, and a count of all. A
 * connection is of the pool's generation at the time it was begun; when the generation moves on,
 * idle ones are closed and those in use are closed when they come back. Thread-safe.
 */
final class ConnectionPool {

  private final ServerAddress address;
  private final int maxSize;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Set<Connection> inUse = new LinkedHashSet<>();
  private int generation;
  private Map<ObjectId, Integer> serviceGenerations = Map.of();
  private boolean closed;

  /**
   * An empty pool.
   *
   * @param maxSize how many connections there may be; 0 for no limit
   */
  ConnectionPool(ServerAddress address, int maxSize) {
    this.address = address;
    this.maxSize = maxSize;
  }

  /**
   * An idle connection, or a new one that is yet to be opened; where the pool is full, the next one
   * that becomes free. The caller gives it back with {@link #checkIn}, whatever happens.
   *
   * @param deadlineNanos until when to wait for a free one
   * @throws IOException if there was none in that time, or the pool is closed
   * @throws GivenUpException if the exchange is given up
   */
  Connection checkOut(long deadlineNanos, Abandonment abandonment)
      throws IOException, GivenUpException {
    abandonment.unblockBy(this::wake);
    lock.lock();
    try {
      while (true) {
        if (abandonment.isGivenUp()) {
          throw new GivenUpException();
        }
        if (closed) {
          throw new IOException(address + " is no longer part of the deployment");
        }
        @Nullable Connection connection = idle.pollLast(); // The one that was used last.
        if (connection == null && (maxSize == 0 || inUse.size() < maxSize)) {
          connection = new Connection(address, generation);
        }
        if (connection != null) {
          inUse.add(connection);
          return connection;
        }
        long nanos = deadlineNanos - System.nanoTime();
        if (nanos <= 0) {
          throw new IOException(
              "all " + maxSize + " connections (maxPoolSize) to " + address + " stayed in use");
        }
        changed.awaitNanos(nanos); // Woken early or not, look again.
      }
    } catch (InterruptedException e) {
      throw new GivenUpException();
    } finally {
      lock.unlock();
    }
  }

  /** An idle connection, as {@link #checkOut} gives it; null if there is none. Does not wait. */
  @Nullable Connection checkOutIdle() {
    lock.lock();
    try {
      @Nullable Connection connection = closed ? null : idle.pollLast();
      if (connection != null) {
        inUse.add(connection);
      }
      return connection;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes back a connection from {@link #checkOut} or {@link #checkOutIdle}.
   *
   * @param reusable whether it is between two exchanges and nothing is wrong with it
   */
  void checkIn(Connection connection, boolean reusable) {
    lock.lock();
    try {
      inUse.remove(connection);
      if (reusable && !closed && isOfThisGeneration(connection)) {
        idle.addLast(connection);
      } else {
        connection.close();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Gives up the connections of older generations than {@code generation}, once idle. */
  void advanceTo(int generation) {
    lock.lock();
    try {
      if (this.generation != generation) {
        this.generation = generation;
        closeIdle();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The same for the services behind a load balancer: of which generation the connections to each
   * must be, where they were ever given up.
   */
  void advanceServicesTo(Map<ObjectId, Integer> serviceGenerations) {
    lock.lock();
    try {
      if (!this.serviceGenerations.equals(serviceGenerations)) {
        this.serviceGenerations = serviceGenerations;
        idle.removeIf(this::closeIfOlder);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean closeIfOlder(Connection connection) {
    boolean older = !isOfThisGeneration(connection);
    if (older) {
      connection.close();
    }
    return older;
  }

  private boolean isOfThisGeneration(Connection connection) {
    @Nullable ObjectId serviceId = connection.serviceId();
    return connection.generation()
        == (serviceId == null ? generation : serviceGenerations.getOrDefault(serviceId, 0));
  }

  /** Closes the connections of older generations also where they are in use. */
  void interruptInUse() {
    lock.lock();
    try {
      for (Connection connection : inUse) {
        if (!isOfThisGeneration(connection)) {
          connection.close();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes what is idle, and lets nobody wait for more. What is in use is closed when it is back.
   */
  void close() {
    lock.lock();
    try {
      closed = true;
      closeIdle();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void closeIdle() {
    idle.forEach(Connection::close);
    idle.clear();
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
