package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.wire.topology.HelloReply;
import dev.tailrace.wire.topology.NetworkFault;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.ServerSelector;
import dev.tailrace.wire.topology.ServerType;
import dev.tailrace.wire.topology.ServerView;
import dev.tailrace.wire.topology.StateChangeError;
import dev.tailrace.wire.topology.Topology;
import dev.tailrace.wire.topology.TopologyMachine;
import dev.tailrace.wire.topology.TopologyType;
import dev.tailrace.wire.topology.Update;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the {@link TopologyMachine}: brings it the news one at a time, keeps one {@link Server}
 * for each one in its picture, and lets those who look for a server wait for the picture to change.
 * Thread-safe.
 */
final class Deployment implements ServerMonitor.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);

  private final TransportSettings settings;
  private final ConnectionPool.Shared pools;
  private final ServerSelector selector;
  private final ThreadFactory threads = new DaemonThreads("monitor");

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final TopologyMachine machine;
  private final Map<ServerAddress, Server> servers = new TreeMap<>();
  private boolean closed;

  /** A deployment of which nothing is known but its seeds. */
  Deployment(TransportSettings settings, ConnectionPool.Shared pools) {
    this.settings = settings;
    this.pools = pools;
    ConnectionString options = settings.options();
    this.selector = new ServerSelector(options.localThreshold(), options.heartbeatFrequency());
    this.machine =
        new TopologyMachine(
            options.seeds(), options.replicaSet().orElse(null), options.directConnection());
  }

  /** Begins to check the seeds. */
  void start() {
    locked(() -> follow(new Update(machine.topology(), List.of())));
    pools.announcer().deliver();
  }

  /**
   * A server for one read, and what it was chosen for.
   *
   * @param topologyType the kind of deployment at that moment
   * @param serverType the kind of server at that moment
   */
  record Selected(Server server, TopologyType topologyType, ServerType serverType) {}

  /**
   * Finds a server for one read, and waits for it if need be. The caller counts its operation.
   *
   * @throws NoEligibleServerException if none came in the time that the connection string allows
   * @throws GivenUpException if the exchange is given up
   */
  Selected select(ReadPreference readPreference, Abandonment abandonment)
      throws NoEligibleServerException, GivenUpException {
    Duration timeout = settings.options().serverSelectionTimeout();
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    abandonment.unblockBy(this::wake);
    lock.lock();
    try {
      while (true) {
        if (closed || abandonment.isGivenUp()) {
          throw new GivenUpException();
        }
        Optional<Selected> selected = selectNow(readPreference);
        if (selected.isPresent()) {
          return selected.get();
        }
        servers.values().forEach(unsuitable -> unsuitable.checks().requestCheck());
        long nanos = deadlineNanos - System.nanoTime();
        if (nanos <= 0) {
          throw new NoEligibleServerException(
              "no server for %s in %d ms: %s"
                  .formatted(
                      readPreference.toDocument().toJson(),
                      timeout.toMillis(),
                      machine.topology()));
        }
        changed.awaitNanos(nanos); // Woken early or not, look again.
      }
    } catch (InterruptedException e) {
      throw new GivenUpException();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The server at {@code address}, whatever its state, once it has been heard of; empty if it is
   * not of the deployment.
   *
   * @throws GivenUpException if the exchange is given up
   */
  Optional<Server> awaitHeardOf(String address, Abandonment abandonment) throws GivenUpException {
    long deadlineNanos = System.nanoTime() + settings.options().serverSelectionTimeout().toNanos();
    abandonment.unblockBy(this::wake);
    lock.lock();
    try {
      while (true) {
        if (closed || abandonment.isGivenUp()) {
          throw new GivenUpException();
        }
        Optional<Server> server = server(address);
        long nanos = deadlineNanos - System.nanoTime();
        if (server.map(this::isHeardOf).orElse(true) || nanos <= 0) {
          return server;
        }
        changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      throw new GivenUpException();
    } finally {
      lock.unlock();
    }
  }

  private boolean isHeardOf(Server server) {
    return machine
        .topology()
        .server(server.address())
        .map(view -> view.type() != ServerType.UNKNOWN || view.error() != null)
        .orElse(true);
  }

  /** The server at {@code address}, whatever its state; empty if it is not of the deployment. */
  Optional<Server> server(String address) {
    lock.lock();
    try {
      return servers.values().stream()
          .filter(server -> server.address().toString().equals(address))
          .findFirst();
    } finally {
      lock.unlock();
    }
  }

  /** Whether {@link #select} would find a server without waiting. */
  boolean canSelect(ReadPreference readPreference) {
    lock.lock();
    try {
      return !closed && selectNow(readPreference).isPresent();
    } catch (NoEligibleServerException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onHello(ServerAddress address, HelloReply reply) {
    update(() -> machine.onHello(address, reply, roundTripNanos(address), System.nanoTime()));
  }

  @Override
  public void onCheckFailed(ServerAddress address, String error, boolean timedOut) {
    update(() -> machine.onCheckFailed(address, error, timedOut));
  }

  /** See {@link TopologyMachine#onNetworkError}. */
  void onNetworkError(ServerAddress address, int generation, NetworkFault fault, String error) {
    update(() -> machine.onNetworkError(address, generation, fault, error));
  }

  /** See {@link TopologyMachine#onStateChangeError}. */
  void onStateChangeError(
      ServerAddress address, int generation, int maxWireVersion, StateChangeError error) {
    update(() -> machine.onStateChangeError(address, generation, maxWireVersion, error));
  }

  /** Ends all checks and pools, and lets nobody wait for a server any more. */
  void close() {
    locked(
        () -> {
          closed = true;
          servers.values().forEach(Server::close);
          servers.clear();
          changed.signalAll();
        });
    pools.announcer().deliver();
  }

  private Optional<Selected> selectNow(ReadPreference readPreference)
      throws NoEligibleServerException {
    Topology topology = machine.topology();
    Optional<String> incompatibility = topology.incompatibility();
    if (incompatibility.isPresent()) {
      throw new NoEligibleServerException(incompatibility.get());
    }
    try {
      return selector
          .select(topology, readPreference, this::operationCount, this::random)
          .flatMap(
              view ->
                  Optional.ofNullable(servers.get(view.address()))
                      .map(server -> new Selected(server, topology.type(), view.type())));
    } catch (IllegalArgumentException e) {
      throw new NoEligibleServerException(String.valueOf(e.getMessage()));
    }
  }

  private int operationCount(ServerView view) {
    @Nullable Server server = servers.get(view.address());
    return server == null ? 0 : server.operationCount().get();
  }

  private int random(int bound) {
    return ThreadLocalRandom.current().nextInt(bound);
  }

  private long roundTripNanos(ServerAddress address) {
    @Nullable Server server = servers.get(address);
    return server == null ? 0 : server.roundTripNanos();
  }

  /** Takes in one piece of news, follows the new picture, and wakes whoever waits for it. */
  private void update(Supplier<Update> news) {
    Topology before;
    Topology after;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      before = machine.topology();
      Update update = news.get();
      after = update.topology();
      follow(update);
      update.actions().forEach(this::act);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    pools.announcer().deliver();
    if (LOG.isInfoEnabled() && !before.toString().equals(after.toString())) {
      LOG.info("deployment: {}", after);
    }
  }

  private void follow(Update update) {
    Topology topology = update.topology();
    servers
        .values()
        .removeIf(
            server -> {
              boolean gone = topology.server(server.address()).isEmpty();
              if (gone) {
                server.close();
              }
              return gone;
            });
    topology
        .servers()
        .forEach(
            (address, view) -> {
              ConnectionPool pool =
                  servers
                      .computeIfAbsent(
                          address, added -> new Server(added, settings, threads, pools, this))
                      .pool();
              pool.clear(
                  view.poolGeneration(),
                  update
                      .actions()
                      .contains(new Update.Action(Update.Action.Kind.INTERRUPT_IN_USE, address)));
              if (isUsable(topology, view)) {
                pool.ready();
              }
            });
  }

  /**
   * Whether requests may come to a server (discovery specification, "Connection Pool Management").
   */
  private static boolean isUsable(Topology topology, ServerView view) {
    return switch (view.type()) {
      case STANDALONE, MONGOS, RS_PRIMARY, RS_SECONDARY -> true;
      case RS_ARBITER, RS_OTHER, RS_GHOST -> topology.type() == TopologyType.SINGLE;
      case UNKNOWN -> false;
    };
  }

  private void act(Update.Action action) {
    @Nullable Server server = servers.get(action.address());
    if (server == null) {
      return;
    }
    switch (action.kind()) {
      case CHECK_NOW -> server.checks().requestCheck();
      case CANCEL_CHECK -> server.checks().cancelCheck();
      case INTERRUPT_IN_USE -> {} // Its pool was told when it was cleared.
    }
  }

  private void wake() {
    locked(changed::signalAll);
  }

  /** The picture of the moment, for people. */
  @Override
  public String toString() {
    lock.lock();
    try {
      return machine.topology().toString();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable task) {
    lock.lock();
    try {
      task.run();
    } finally {
      lock.unlock();
    }
  }
}
