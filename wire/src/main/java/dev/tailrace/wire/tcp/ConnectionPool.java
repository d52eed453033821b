package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.Timers;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import dev.tailrace.wire.event.ConnectionPoolEvent.CloseReason;
import dev.tailrace.wire.event.PoolOptions;
import dev.tailrace.wire.pool.PoolEffect;
import dev.tailrace.wire.pool.PoolEffect.Announce;
import dev.tailrace.wire.pool.PoolEffect.Close;
import dev.tailrace.wire.pool.PoolEffect.Interrupt;
import dev.tailrace.wire.pool.PoolEffect.Lend;
import dev.tailrace.wire.pool.PoolEffect.Open;
import dev.tailrace.wire.pool.PoolEffect.Refuse;
import dev.tailrace.wire.pool.PoolMachine;
import dev.tailrace.wire.topology.ServerAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Does what the {@link PoolMachine} of one server decides, with real connections, and lets threads
 * wait for them. Connections are closed, and made for nobody, on threads of their own. Thread-safe.
 *
 * <p>{@link #start}, {@link #ready}, {@link #clear}, {@link #clearServices} and {@link #close} may
 * be called under the deployment's lock: whoever calls them has the {@link Announcer} deliver
 * afterwards. The other methods do that themselves.
 */
final class ConnectionPool {

  /**
   * What the pools of one transport share.
   *
   * @param timers for idle times and for waiting
   * @param workers runs what takes long
   */
  record Shared(PoolOptions options, Timers timers, Executor workers, Announcer announcer) {}

  private final ServerAddress address;
  private final Shared shared;
  private final Consumer<Connection> opener;

  private final AtomicLong lastTicket = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final PoolMachine machine;
  private final Performer performer = new Performer();
  private final Map<Long, Connection> connections = new HashMap<>();
  private final Map<Long, Waiter> waiters = new HashMap<>();
  private Timers.@Nullable Alarm wakeUp;
  private long wakeUpNanos;

  /** A request that asked, and what it got. */
  private static final class Waiter {

    private final Condition served;
    private @Nullable Connection connection;
    private @Nullable CheckOutFailure refusal;

    /** Rings when it has waited for too long; null if it need not wait. */
    private Timers.@Nullable Alarm alarm;

    Waiter(Condition served) {
      this.served = served;
    }

    boolean isServed() {
      return connection != null || refusal != null;
    }
  }

  /**
   * An empty pool, that is paused until {@link #ready}.
   *
   * @param opener opens a connection that is for nobody, tells the deployment how that went, and
   *     then calls {@link #opened} or {@link #openFailed}; run by one of the workers
   */
  ConnectionPool(ServerAddress address, Shared shared, Consumer<Connection> opener) {
    this.address = address;
    this.shared = shared;
    this.opener = opener;
    this.machine = new PoolMachine(address, shared.options());
  }

  /** See {@link PoolMachine#start}. */
  void start() {
    locked(() -> perform(machine.start()));
  }

  /** See {@link PoolMachine#ready}. */
  void ready() {
    locked(() -> perform(machine.ready(now())));
  }

  /** See {@link PoolMachine#clear}. */
  void clear(int generation, boolean interruptInUse) {
    locked(() -> perform(machine.clear(generation, interruptInUse, now())));
  }

  /** See {@link PoolMachine#clearServices}. */
  void clearServices(Map<ObjectId, Integer> generations) {
    locked(() -> perform(machine.clearServices(generations, now())));
  }

  /** See {@link PoolMachine#close}. */
  void close() {
    locked(
        () -> {
          perform(machine.close(now()));
          cancelWakeUp();
        });
  }

  /**
   * An idle connection, or a new one, for which the caller calls {@link #opened} or {@link
   * #openFailed}; where there can be neither, the next one that becomes free. The caller gives it
   * back with {@link #checkIn}, whatever happens.
   *
   * @param farewell see {@link PoolMachine#checkOut}
   * @throws CheckOutException if there is none to be had
   * @throws GivenUpException if the exchange is given up
   */
  Connection checkOut(boolean farewell, Abandonment abandonment)
      throws CheckOutException, GivenUpException {
    long ticket = lastTicket.incrementAndGet();
    abandonment.unblockBy(() -> giveUp(ticket, CheckOutFailure.GIVEN_UP));
    Waiter waiter = ask(ticket, farewell, abandonment);
    shared.announcer().deliver();
    try {
      return awaitTurn(waiter);
    } finally {
      shared.announcer().deliver();
    }
  }

  private Waiter ask(long ticket, boolean farewell, Abandonment abandonment)
      throws GivenUpException {
    Waiter waiter = new Waiter(lock.newCondition());
    lock.lock();
    try {
      if (abandonment.isGivenUp()) { // Whoever did that has not found the ticket.
        throw new GivenUpException();
      }
      waiters.put(ticket, waiter);
      perform(machine.checkOut(ticket, farewell, now()));
      Duration limit = shared.options().waitQueueTimeout();
      if (!waiter.isServed() && !limit.isZero()) {
        waiter.alarm =
            shared
                .timers()
                .schedule(now() + limit.toNanos(), () -> giveUp(ticket, CheckOutFailure.TIMEOUT));
      }
    } finally {
      lock.unlock();
    }
    return waiter;
  }

  private Connection awaitTurn(Waiter waiter) throws CheckOutException, GivenUpException {
    lock.lock();
    try {
      while (!waiter.isServed()) {
        waiter.served.awaitUninterruptibly(); // An exchange is ended by giving it up.
      }
    } finally {
      lock.unlock();
    }
    if (waiter.alarm != null) {
      waiter.alarm.cancel();
    }
    if (waiter.connection == null) {
      throw refused(waiter.refusal);
    }
    return waiter.connection;
  }

  private CheckOutException refused(@Nullable CheckOutFailure why)
      throws CheckOutException, GivenUpException {
    if (why == null || why == CheckOutFailure.GIVEN_UP) {
      throw new GivenUpException();
    }
    PoolOptions options = shared.options();
    return new CheckOutException(
        why,
        switch (why) {
          case TIMEOUT ->
              options.maxPoolSize() == 0
                  ? "no connection to %s could be made in %d ms (waitQueueTimeoutMS)"
                      .formatted(address, options.waitQueueTimeout().toMillis())
                  : "all %d connections (maxPoolSize) to %s stayed in use for %d ms (waitQueueTimeoutMS)"
                      .formatted(
                          options.maxPoolSize(), address, options.waitQueueTimeout().toMillis());
          case CONNECTION_ERROR ->
              address
                  + " was lost, and has not answered a check since: its connections are given up";
          case POOL_CLOSED -> address + " is no longer part of the deployment";
          case GIVEN_UP -> throw new IllegalStateException("a request that was given up");
        });
  }

  /** An idle connection, as {@link #checkOut} gives it; null if there is none. Does not wait. */
  @Nullable Connection checkOutIdle() {
    long ticket = lastTicket.incrementAndGet();
    Waiter waiter = new Waiter(lock.newCondition());
    lock.lock();
    try {
      waiters.put(ticket, waiter);
      perform(machine.checkOutIdle(ticket, now()));
      waiters.remove(ticket);
    } finally {
      lock.unlock();
    }
    shared.announcer().deliver();
    return waiter.connection;
  }

  /** See {@link PoolMachine#opened}; the caller has the connection, if it made it for itself. */
  void opened(Connection connection) {
    @Nullable ObjectId serviceId = connection.serviceId();
    locked(
        () -> {
          if (serviceId != null) {
            machine.leadsTo(serviceId, connection.generation(), connection.id());
          }
          perform(machine.opened(connection.id(), now()));
        });
    shared.announcer().deliver();
  }

  /** See {@link PoolMachine#openFailed}; to be called instead of {@link #checkIn}. */
  void openFailed(Connection connection) {
    locked(() -> perform(machine.openFailed(connection.id(), connection.whyNotOpen(), now())));
    shared.announcer().deliver();
  }

  /**
   * Takes back a connection from {@link #checkOut} or {@link #checkOutIdle}.
   *
   * @param reusable whether it is between two exchanges and nothing is wrong with it
   */
  void checkIn(Connection connection, boolean reusable) {
    locked(() -> perform(machine.checkIn(connection.id(), reusable, now())));
    shared.announcer().deliver();
  }

  /** Does not deliver what it announces: the request that is woken does. */
  private void giveUp(long ticket, CheckOutFailure why) {
    locked(() -> perform(machine.giveUp(ticket, why, now())));
  }

  private void tick() {
    locked(
        () -> {
          wakeUp = null;
          perform(machine.tick(now()));
        });
    shared.announcer().deliver();
  }

  private void perform(List<PoolEffect> effects) {
    for (PoolEffect effect : effects) {
      effect.performBy(performer);
    }
    OptionalLong wakeAtNanos = machine.wakeAtNanos();
    if (wakeAtNanos.isPresent() && (wakeUp == null || wakeAtNanos.getAsLong() < wakeUpNanos)) {
      cancelWakeUp(); // Else one that is too early stays: it does no harm, and moving it would
      // cost.
      wakeUpNanos = wakeAtNanos.getAsLong();
      wakeUp = shared.timers().schedule(wakeUpNanos, () -> run(this::tick));
    }
  }

  private void cancelWakeUp() {
    if (wakeUp != null) {
      wakeUp.cancel();
      wakeUp = null;
    }
  }

  /** Runs a task on a thread of its own; on this one where there are no others any more. */
  private void run(Runnable task) {
    try {
      shared.workers().execute(task);
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }

  private long now() {
    return shared.timers().nanoTime();
  }

  private void locked(Runnable task) {
    lock.lock();
    try {
      task.run();
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held. */
  private final class Performer implements PoolEffect.Performer {

    @Override
    public void announce(Announce announce) {
      shared.announcer().add(announce.event());
    }

    @Override
    public void lend(Lend lend) {
      serve(lend.ticket(), waiter -> waiter.connection = connections.get(lend.connectionId()));
    }

    @Override
    public void open(Open open) {
      Connection connection = new Connection(address, open.generation(), open.connectionId());
      connections.put(open.connectionId(), connection);
      if (open.ticket().isPresent()) {
        serve(open.ticket().getAsLong(), waiter -> waiter.connection = connection);
      } else {
        run(() -> opener.accept(connection));
      }
    }

    @Override
    public void refuse(Refuse refuse) {
      serve(refuse.ticket(), waiter -> waiter.refusal = refuse.reason());
    }

    /** Whoever made a connection for himself has it already, and waits for nothing. */
    private void serve(long ticket, Consumer<Waiter> with) {
      @Nullable Waiter waiter = waiters.remove(ticket);
      if (waiter != null) {
        with.accept(waiter);
        waiter.served.signal();
      }
    }

    @Override
    public void interrupt(Interrupt interrupt) {
      @Nullable Connection connection = connections.get(interrupt.connectionId());
      if (connection != null) {
        String why =
            interrupt.reason() == CloseReason.STALE
                ? "given up, as the server does not answer its checks in time any more"
                : "given up, as the server is no longer part of the deployment";
        run(() -> connection.interrupt(why));
      }
    }

    @Override
    public void close(Close close) {
      @Nullable Connection connection = connections.remove(close.connectionId());
      if (connection != null) {
        run(connection::close);
      }
    }
  }
}
