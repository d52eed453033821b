package dev.tailrace.wire.pool;

import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import dev.tailrace.wire.event.ConnectionPoolEvent.CloseReason;
import java.util.OptionalLong;

/** One thing that is to be done for a pool. */
public sealed interface PoolEffect {

  /** Has it done by {@code performer}. */
  void performBy(Performer performer);

  /** Tell whoever listens. */
  record Announce(ConnectionPoolEvent event) implements PoolEffect {
    @Override
    public void performBy(Performer performer) {
      performer.announce(this);
    }
  }

  /** The request has that connection, until it is checked in. */
  record Lend(long ticket, long connectionId) implements PoolEffect {
    @Override
    public void performBy(Performer performer) {
      performer.lend(this);
    }
  }

  /**
   * Make a new connection, and say how that ended.
   *
   * @param ticket the request that makes it for itself; empty where it is to be made in the
   *     background, for nobody
   */
  record Open(long connectionId, int generation, OptionalLong ticket) implements PoolEffect {
    @Override
    public void performBy(Performer performer) {
      performer.open(this);
    }
  }

  /** The request gets nothing. */
  record Refuse(long ticket, CheckOutFailure reason) implements PoolEffect {
    @Override
    public void performBy(Performer performer) {
      performer.refuse(this);
    }
  }

  /**
   * End what the connection is at, from outside; whoever uses or makes it then gives it back.
   *
   * @param reason {@code STALE} if a check of the server was not answered, {@code POOL_CLOSED}
   */
  record Interrupt(long connectionId, CloseReason reason) implements PoolEffect {
    @Override
    public void performBy(Performer performer) {
      performer.interrupt(this);
    }
  }

  /** Forget the connection, and close it where nobody waits for that. */
  record Close(long connectionId) implements PoolEffect {
    @Override
    public void performBy(Performer performer) {
      performer.close(this);
    }
  }

  /** Does what is to be done: one method for each kind. */
  interface Performer {

    void announce(Announce announce);

    void lend(Lend lend);

    void open(Open open);

    void refuse(Refuse refuse);

    void interrupt(Interrupt interrupt);

    void close(Close close);
  }
}
