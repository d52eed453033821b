package dev.tailrace.wire.topology;

import dev.tailrace.wire.topology.Update.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Turns news of servers into a picture of the deployment (server discovery and monitoring
 * specification). It decides; whoever drives it runs the monitors, the pools and the clock.
 *
 * <p>Inputs are named for what happened. Each returns an {@link Update}: the new picture, and what
 * must be done about it beyond following it. Following it means: one monitor and one pool for each
 * server in it and for no other, and no use of connections of an older pool generation than the
 * picture has. News of a server that is not in the picture (any more) is dropped.
 *
 * <p>Not thread-safe: feed it one input at a time.
 */
public final class TopologyMachine {

  private final boolean singleSeed;
  private Topology topology;

  /**
   * A deployment that nothing is known of but its seeds.
   *
   * @param seeds where to begin; at least one, and exactly one where nothing is to be discovered
   * @param setName the name that the replica set must have; null if it is to be found out
   * @param mode what the seeds are taken for
   */
  public TopologyMachine(List<ServerAddress> seeds, @Nullable String setName, ConnectionMode mode) {
    boolean oneOnly = mode != ConnectionMode.DISCOVER;
    if (seeds.isEmpty() || (oneOnly && seeds.size() > 1)) {
      throw new IllegalArgumentException(
          "seeds: " + seeds + (oneOnly ? ": " + mode + " takes one" : ": none"));
    }
    this.singleSeed = seeds.size() == 1;
    TopologyType type =
        switch (mode) {
          case DIRECT -> TopologyType.SINGLE;
          case LOAD_BALANCED -> TopologyType.LOAD_BALANCED;
          case DISCOVER ->
              setName == null ? TopologyType.UNKNOWN : TopologyType.REPLICA_SET_NO_PRIMARY;
        };
    Map<ServerAddress, ServerView> servers = new TreeMap<>();
    seeds.forEach(seed -> servers.put(seed, ServerView.unknown(seed, null, null, 0)));
    this.topology = new Topology(type, setName, null, null, servers, Map.of());
  }

  /** The picture as it is now. */
  public Topology topology() {
    return topology;
  }

  /** The deployment is opened. A load balancer, which is not checked, is there from now on. */
  public Update onOpened() {
    if (isLoadBalanced()) {
      topology.servers().keySet().forEach(address -> loadBalancer(address, Map.of()));
    }
    return Update.of(topology);
  }

  /**
   * The seeds were looked for again (polling SRV records specification): those that are new are
   * looked at, those that are gone are left, and what is known of the others stays. Where the
   * deployment turned out to be none of routers its members say who they are, and this changes
   * nothing.
   *
   * @param hosts the seeds of now, at least one; no more of them than the client wants
   */
  public Update onSeeds(Set<ServerAddress> hosts) {
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("hosts: none");
    }
    if (topology.type() != TopologyType.SHARDED && topology.type() != TopologyType.UNKNOWN) {
      return Update.of(topology);
    }
    TopologyDraft draft = new TopologyDraft(topology, singleSeed);
    draft.replaceServers(hosts);
    return take(draft);
  }

  /**
   * A server answered a hello, of a monitor or of a connection's handshake. A reply that is older
   * than what is known already changes nothing; one with {@code ok: 0} is a failed check.
   *
   * @param roundTripNanos the average duration of this server's hellos
   * @param nowNanos when the reply came, on the client's monotonic clock
   */
  public Update onHello(
      ServerAddress address, HelloReply reply, long roundTripNanos, long nowNanos) {
    if (!reply.ok()) {
      return onCheckFailed(address, "hello failed: " + reply.error(), false);
    }
    @Nullable ServerView current = topology.servers().get(address);
    if (current == null
        || isLoadBalanced()
        || TopologyVersion.compare(current.topologyVersion(), reply.topologyVersion()) > 0) {
      return Update.of(topology);
    }
    return accept(
        ServerView.of(address, reply, roundTripNanos, nowNanos, current.poolGeneration()));
  }

  /**
   * A monitor could not reach its server, or the server refused the hello. Its connections are
   * given up; after a timeout also those in use, which would wait for long.
   *
   * @param error what happened, for people
   * @param timedOut whether the check ended for want of an answer
   */
  public Update onCheckFailed(ServerAddress address, String error, boolean timedOut) {
    @Nullable ServerView current = topology.servers().get(address);
    if (current == null || isLoadBalanced()) {
      return Update.of(topology);
    }
    Update update = accept(ServerView.unknown(address, error, null, current.poolGeneration() + 1));
    return timedOut ? with(update, Action.Kind.INTERRUPT_IN_USE, address) : update;
  }

  /**
   * A connection for operations failed (discovery specification, "Application errors").
   *
   * @param generation the generation of the connection, or of the pool when the attempt to connect
   *     began
   * @param error what happened, for people
   */
  public Update onNetworkError(
      ServerAddress address, int generation, NetworkFault fault, String error) {
    @Nullable ServerView current = topology.servers().get(address);
    if (current == null
        || isLoadBalanced()
        || generation < current.poolGeneration()
        || !fault.endsGeneration()) {
      return Update.of(topology);
    }
    Update update = accept(ServerView.unknown(address, error, null, current.poolGeneration() + 1));
    return with(update, Action.Kind.CANCEL_CHECK, address);
  }

  /**
   * A server answered an operation with a state change error.
   *
   * @param generation the generation of the connection
   * @param maxWireVersion the server's, by the handshake of that connection
   */
  public Update onStateChangeError(
      ServerAddress address, int generation, int maxWireVersion, StateChangeError error) {
    @Nullable ServerView current = topology.servers().get(address);
    if (current == null
        || isLoadBalanced()
        || generation < current.poolGeneration()
        || TopologyVersion.compare(current.topologyVersion(), error.topologyVersion()) >= 0) {
      return Update.of(topology);
    }
    boolean connectionsAreLost =
        error.shuttingDown() || maxWireVersion < TopologyDraft.WIRE_VERSION_4_2;
    Update update =
        accept(
            ServerView.unknown(
                address,
                error.message(),
                error.topologyVersion(),
                current.poolGeneration() + (connectionsAreLost ? 1 : 0)));
    return with(update, Action.Kind.CHECK_NOW, address);
  }

  /**
   * A connection to one service behind the load balancer failed, or the service answered that it is
   * going down. The load balancer is there as before; the connections to that one service are given
   * up (load balancers specification, "Error handling").
   *
   * @param generation the generation of the connection, as of {@link ServerView#serviceGeneration}
   * @param fault what the failure was; {@link NetworkFault#BROKEN} where the service is going down
   */
  public Update onServiceError(
      ServerAddress address, ObjectId serviceId, int generation, NetworkFault fault) {
    @Nullable ServerView current = topology.servers().get(address);
    if (current == null
        || generation < current.serviceGeneration(serviceId)
        || !fault.endsGeneration()) {
      return Update.of(topology);
    }
    Map<ObjectId, Integer> generations = new TreeMap<>(current.serviceGenerations());
    generations.put(serviceId, current.serviceGeneration(serviceId) + 1);
    return loadBalancer(address, generations);
  }

  private Update loadBalancer(ServerAddress address, Map<ObjectId, Integer> serviceGenerations) {
    return accept(ServerView.loadBalancer(address, serviceGenerations));
  }

  private boolean isLoadBalanced() {
    return topology.type() == TopologyType.LOAD_BALANCED;
  }

  private Update accept(ServerView server) {
    TopologyDraft draft = new TopologyDraft(topology, singleSeed);
    draft.accept(server);
    return take(draft);
  }

  private Update take(TopologyDraft draft) {
    Update update = draft.finish();
    topology = update.topology();
    return update;
  }

  private static Update with(Update update, Action.Kind kind, ServerAddress address) {
    List<Action> actions = new ArrayList<>(update.actions());
    actions.add(new Action(kind, address));
    return new Update(update.topology(), actions);
  }
}
