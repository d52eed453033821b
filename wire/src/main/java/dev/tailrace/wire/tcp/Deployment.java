package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.realtime.DaemonThreads;
import dev.tailrace.wire.dns.DnsResolver;
import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.TopologyEvents;
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
import dev.tailrace.wire.topology.WireVersions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the {@link TopologyMachine}: brings it the news one at a time, keeps one {@link Server}
 * for each one in its picture, and lets those who look for a server wait for the picture to change.
 * Thread-safe.
 */
final class Deployment implements ServerMonitor.Listener, SeedFinder.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);

  /** The first sentence is the specification's ("Connection Establishment"). */
  private static final String NO_LOAD_BALANCER =
      "Driver attempted to initialize in load balancing mode, but the server does not support this"
          + " mode. It names no serviceId, as servers behind a load balancer do: leave out option"
          + " loadBalanced if there is none";

  private final ConnectionPool.Shared pools;
  private final ServerSelector selector;

  /** Where the seeds are to be found first; empty where they are known. */
  private final Optional<SeedFinder> seedFinder;

  private final ThreadFactory threads = new DaemonThreads("monitor");

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private TransportSettings settings;
  private @Nullable TopologyMachine machine;
  private String seedsMissing = "DNS has not answered yet";
  private final Map<ServerAddress, Server> servers = new TreeMap<>();
  private final TopologyEvents telling = new TopologyEvents(new ObjectId());
  private final PinnedConnections pinned = new PinnedConnections();
  private boolean closed;

  /**
   * A deployment of which nothing is known but its seeds.
   *
   * @param resolver is asked for the seeds where the connection string leaves that to DNS
   * @param pools what the pools of its servers share; its announcer tells what becomes of the
   *     deployment, too
   */
  Deployment(TransportSettings settings, DnsResolver resolver, ConnectionPool.Shared pools) {
    this.settings = settings;
    this.pools = pools;
    ConnectionString options = settings.options();
    this.selector = new ServerSelector(options.localThreshold(), options.heartbeatFrequency());
    this.seedFinder =
        options.srv().map(srv -> new SeedFinder(srv, options.heartbeatFrequency(), resolver, this));
  }

  /** Begins to check the seeds, or to look for them. */
  void start() {
    if (seedFinder.isPresent()) {
      new DaemonThreads("seeds").newThread(seedFinder.get()).start();
    } else {
      open(settings);
    }
  }

  private void open(TransportSettings known) {
    ConnectionString options = known.options();
    TopologyMachine opened =
        new TopologyMachine(
            options.seeds(), options.replicaSet().orElse(null), options.connectionMode());
    locked(
        () -> {
          if (closed) {
            return;
          }
          settings = known;
          machine = opened;
          pools.announcer().add(telling.opening(opened.topology()));
          follow(new Update(opened.topology(), List.of()));
        });
    update(TopologyMachine::onOpened);
  }

  @Override
  public void onFound(ConnectionString resolved) {
    open(settings().resolvedTo(resolved));
  }

  @Override
  public void onNotFound(String why) {
    locked(() -> seedsMissing = why);
  }

  @Override
  public Optional<Set<ServerAddress>> replaceableHosts() {
    lock.lock();
    try {
      Topology topology = topology();
      return switch (topology.type()) {
        case UNKNOWN, SHARDED -> Optional.of(topology.servers().keySet());
        case SINGLE, REPLICA_SET_NO_PRIMARY, REPLICA_SET_WITH_PRIMARY, LOAD_BALANCED ->
            Optional.empty();
      };
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onHosts(Set<ServerAddress> hosts) {
    update(known -> known.onSeeds(hosts));
  }

  /** What all that talks to the deployment goes by, as far as it is known. */
  private TransportSettings settings() {
    lock.lock();
    try {
      return settings;
    } finally {
      lock.unlock();
    }
  }

  /** The picture of the moment. */
  Topology picture() {
    lock.lock();
    try {
      return topology();
    } finally {
      lock.unlock();
    }
  }

  /** The picture of the moment. Called with the lock held. */
  private Topology topology() {
    return machine == null ? Topology.NONE : machine.topology();
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
   * @param deprioritized the addresses of servers to pass over, if any other one is suitable
   * @param onWaiting called at most once, with no lock held, with how many nanoseconds it will wait
   * @throws NoEligibleServerException if none came in the time that the connection string allows
   * @throws GivenUpException if the exchange is given up
   */
  Selected select(
      ReadPreference readPreference,
      Set<String> deprioritized,
      Abandonment abandonment,
      LongConsumer onWaiting)
      throws NoEligibleServerException, GivenUpException {
    Duration timeout = settings().options().serverSelectionTimeout();
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    abandonment.unblockBy(this::wake);
    boolean waits = false;
    lock.lock();
    try {
      while (true) {
        if (closed || abandonment.isGivenUp()) {
          throw new GivenUpException();
        }
        Optional<Selected> selected = selectNow(readPreference, deprioritized);
        if (selected.isPresent()) {
          return selected.get();
        }
        servers.values().forEach(unsuitable -> unsuitable.checks().requestCheck());
        long nanos = deadlineNanos - System.nanoTime();
        if (nanos <= 0) {
          throw new NoEligibleServerException(
              "no server for %s in %d ms: %s"
                  .formatted(readPreference.toDocument().toJson(), timeout.toMillis(), describe()));
        }
        if (waits) {
          changed.awaitNanos(nanos); // Woken early or not, look again.
        } else {
          waits = true;
          unlocked(() -> onWaiting.accept(nanos)); // Which takes time: look again, too.
        }
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
    long deadlineNanos =
        System.nanoTime() + settings().options().serverSelectionTimeout().toNanos();
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
    return topology()
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

  /** The connections that cursors are bound to. */
  PinnedConnections pinned() {
    return pinned;
  }

  /** Whether {@link #select} would find a server without waiting. */
  boolean canSelect(ReadPreference readPreference) {
    lock.lock();
    try {
      return !closed && selectNow(readPreference, Set.of()).isPresent();
    } catch (NoEligibleServerException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onHello(ServerAddress address, HelloReply reply) {
    update(known -> known.onHello(address, reply, roundTripNanos(address), System.nanoTime()));
  }

  @Override
  public void onCheckFailed(ServerAddress address, String error, boolean timedOut) {
    update(known -> known.onCheckFailed(address, error, timedOut));
  }

  @Override
  public ObjectId topologyId() {
    return telling.topologyId();
  }

  @Override
  public void onHeartbeat(TopologyEvent heartbeat) {
    pools.announcer().add(List.of(heartbeat));
    pools.announcer().deliver();
  }

  /**
   * A connection for operations was opened.
   *
   * @return why it cannot be used; empty if it can
   */
  Optional<Unfit> onOpened(Connection connection) {
    HelloReply reply = connection.handshake();
    ServerAddress address = connection.address();
    if (!settings().options().loadBalanced()) {
      onHello(address, reply);
      return incompatibility(address, reply);
    }
    @Nullable ObjectId serviceId = reply.serviceId();
    if (serviceId == null) {
      return Optional.of(new Unfit(Reason.NOT_SUPPORTED, address + ": " + NO_LOAD_BALANCER));
    }
    locked(() -> connection.joinGeneration(serviceGeneration(address, serviceId)));
    return incompatibility(address, reply);
  }

  private static Optional<Unfit> incompatibility(ServerAddress address, HelloReply reply) {
    return WireVersions.incompatibility(address, reply)
        .map(why -> new Unfit(Reason.NO_ELIGIBLE_SERVER, why));
  }

  private int serviceGeneration(ServerAddress address, ObjectId serviceId) {
    return topology().server(address).map(at -> at.serviceGeneration(serviceId)).orElse(0);
  }

  /**
   * A connection for operations failed: see {@link TopologyMachine#onNetworkError} and {@link
   * TopologyMachine#onServiceError}.
   */
  void onNetworkError(Connection connection, NetworkFault fault, String error) {
    ServerAddress address = connection.address();
    @Nullable ObjectId serviceId = connection.serviceId();
    update(
        known -> {
          if (serviceId == null) {
            return known.onNetworkError(address, connection.generation(), fault, error);
          }
          // One that was not opened to its end, as in a failed login, has joined no generation yet.
          int generation =
              connection.isOpen() ? connection.generation() : serviceGeneration(address, serviceId);
          return known.onServiceError(address, serviceId, generation, fault);
        });
  }

  /**
   * A server answered an operation with a state change error: see {@link
   * TopologyMachine#onStateChangeError}.
   */
  void onStateChangeError(Connection connection, StateChangeError error) {
    @Nullable ObjectId serviceId = connection.serviceId();
    if (serviceId != null) {
      if (error.shuttingDown()) {
        onNetworkError(connection, NetworkFault.BROKEN, error.message());
      }
      return;
    }
    int maxWireVersion = connection.handshake().maxWireVersion();
    update(
        known ->
            known.onStateChangeError(
                connection.address(), connection.generation(), maxWireVersion, error));
  }

  /** Ends all checks and pools, and lets nobody wait for a server any more. */
  void close() {
    locked(
        () -> {
          if (!closed && machine != null) {
            pools.announcer().add(telling.closing(machine.topology()));
          }
          closed = true;
          servers.values().forEach(Server::close);
          servers.clear();
          changed.signalAll();
        });
    seedFinder.ifPresent(SeedFinder::close);
    pinned.close();
    pools.announcer().deliver();
  }

  private Optional<Selected> selectNow(ReadPreference readPreference, Set<String> deprioritized)
      throws NoEligibleServerException {
    Topology topology = topology();
    Optional<String> incompatibility = topology.incompatibility();
    if (incompatibility.isPresent()) {
      throw new NoEligibleServerException(incompatibility.get());
    }
    try {
      return selector
          .select(
              topology,
              readPreference,
              addresses(deprioritized),
              this::operationCount,
              this::random)
          .flatMap(
              view ->
                  Optional.ofNullable(servers.get(view.address()))
                      .map(server -> new Selected(server, topology.type(), view.type())));
    } catch (IllegalArgumentException e) {
      throw new NoEligibleServerException(String.valueOf(e.getMessage()));
    }
  }

  private static Set<ServerAddress> addresses(Set<String> texts) {
    return texts.stream().map(ServerAddress::parse).collect(Collectors.toUnmodifiableSet());
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
  private void update(Function<TopologyMachine, Update> news) {
    Topology before;
    Topology after;
    lock.lock();
    try {
      if (closed || machine == null) {
        return;
      }
      before = machine.topology();
      Update update = news.apply(machine);
      after = update.topology();
      pools.announcer().add(telling.between(before, after));
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
              pool.clearServices(view.serviceGenerations());
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
      case STANDALONE, MONGOS, RS_PRIMARY, RS_SECONDARY, LOAD_BALANCER -> true;
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
      return describe();
    } finally {
      lock.unlock();
    }
  }

  private String describe() {
    return seedFinder.isPresent() && machine == null
        ? "the hosts of "
            + settings.options().srv().orElseThrow()
            + " are not known: "
            + seedsMissing
        : topology().toString();
  }

  /** Runs a task without the lock that the caller holds. */
  private void unlocked(Runnable task) {
    lock.unlock();
    try {
      task.run();
    } finally {
      lock.lock();
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
