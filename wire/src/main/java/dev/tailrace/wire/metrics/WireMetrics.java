package dev.tailrace.wire.metrics;

import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailed;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutStarted;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedIn;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedOut;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCleared;
import dev.tailrace.wire.event.WireListener;
import java.util.concurrent.atomic.LongAdder;

/**
 * Numbers to watch a transport by, of all its servers together: give it to the transport as a
 * listener, and read it whenever you like. Counts begin with 0 and only grow. Thread-safe; nothing
 * blocks.
 *
 * <p>The gauges are right between events; while one is told, two of them may be one apart.
 */
public final class WireMetrics implements WireListener {

  private final LongAdder openConnections = new LongAdder();
  private final LongAdder connectionsInUse = new LongAdder();
  private final LongAdder waitingRequests = new LongAdder();
  private final LongAdder connectionsCreated = new LongAdder();
  private final LongAdder connectionsClosed = new LongAdder();
  private final LongAdder failedCheckOuts = new LongAdder();
  private final LongAdder clearedPools = new LongAdder();
  private final LongAdder commandsStarted = new LongAdder();
  private final LongAdder commandsSucceeded = new LongAdder();
  private final LongAdder commandsFailed = new LongAdder();
  private final LongAdder commandNanos = new LongAdder();

  @Override
  public void command(CommandEvent event) {
    if (event instanceof CommandEvent.Started) {
      commandsStarted.increment();
    } else if (event instanceof CommandEvent.Succeeded succeeded) {
      commandsSucceeded.increment();
      commandNanos.add(succeeded.durationNanos());
    } else if (event instanceof CommandEvent.Failed failed) {
      commandsFailed.increment();
      commandNanos.add(failed.durationNanos());
    }
  }

  @Override
  public void pool(ConnectionPoolEvent event) {
    if (event instanceof CheckOutStarted) {
      waitingRequests.increment();
    } else if (event instanceof CheckedOut) {
      waitingRequests.decrement();
      connectionsInUse.increment();
    } else if (event instanceof CheckOutFailed) {
      waitingRequests.decrement();
      failedCheckOuts.increment();
    } else if (event instanceof CheckedIn) {
      connectionsInUse.decrement();
    } else if (event instanceof ConnectionCreated) {
      openConnections.increment();
      connectionsCreated.increment();
    } else if (event instanceof ConnectionClosed) {
      openConnections.decrement();
      connectionsClosed.increment();
    } else if (event instanceof PoolCleared) {
      clearedPools.increment();
    }
  }

  /** Connections for operations that there are, those in the making included. */
  public long openConnections() {
    return openConnections.sum();
  }

  /** Those of them that a command is on, or about to be. */
  public long connectionsInUse() {
    return connectionsInUse.sum();
  }

  /** Requests that wait for a connection, or are making one. */
  public long waitingRequests() {
    return waitingRequests.sum();
  }

  /** How many connections for operations have been begun. */
  public long connectionsCreated() {
    return connectionsCreated.sum();
  }

  /** How many of them have been closed, for whatever reason. */
  public long connectionsClosed() {
    return connectionsClosed.sum();
  }

  /** How many requests did not get a connection. */
  public long failedCheckOuts() {
    return failedCheckOuts.sum();
  }

  /** How often the connections of a server were given up because it was lost. */
  public long clearedPools() {
    return clearedPools.sum();
  }

  /** How many commands have been sent. */
  public long commandsStarted() {
    return commandsStarted.sum();
  }

  /** How many commands were answered with {@code ok: 1}. */
  public long commandsSucceeded() {
    return commandsSucceeded.sum();
  }

  /** How many commands were refused, or have no answer. */
  public long commandsFailed() {
    return commandsFailed.sum();
  }

  /**
   * How long all commands took that are over, in nanoseconds. A {@code getMore} takes as long as it
   * waits for events.
   */
  public long commandNanos() {
    return commandNanos.sum();
  }
}
