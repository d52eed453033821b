package dev.tailrace.wire.topology;

import dev.tailrace.wire.topology.Update.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
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
   * @param seeds where to begin; at least one, and exactly one for a direct connection
   * @param setName the name that the replica set must have; null if it is to be found out
   * @param directConnection whether to talk to the seed as it is, whatever it is a member of
   */
  public TopologyMachine(
      List<ServerAddress> seeds, @Nullable String setName, boolean directConnection) {
    if (seeds.isEmpty() || (directConnection && seeds.size() > 1)) {
      throw new IllegalArgumentException(
          "seeds: " + seeds + (directConnection ? ": a direct connection takes one" : ": none"));
    }
    this.singleSeed = seeds.size() == 1;
    TopologyType type = TopologyType.UNKNOWN;
    if (directConnection) {
      type = TopologyType.SINGLE;
    } else if (setName != null) {
      type = TopologyType.REPLICA_SET_NO_PRIMARY;
    }
    Map<ServerAddress, ServerView> servers = new TreeMap<>();
    seeds.forEach(seed -> servers.put(seed, ServerView.unknown(seed, null, null, 0)));
    this.topology = new Topology(type, setName, null, null, servers, Map.of());
  }

  /** The picture as it is now. */
  public Topology topology() {
    return topology;
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
        || TopologyVersion.compare(current.topologyVersion(), reply.topologyVersion()) > 0) {
      return Update.of(topology);
    }
    return accept(
        new ServerView(
            address,
            reply,
            OptionalLong.of(roundTripNanos),
            nowNanos,
            null,
            reply.topologyVersion(),
            current.poolGeneration()));
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
    if (current == null) {
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
        || generation < current.poolGeneration()
        || fault == NetworkFault.NOT_ESTABLISHED
        || fault == NetworkFault.TIMED_OUT) {
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

  private Update accept(ServerView server) {
    TopologyDraft draft = new TopologyDraft(topology, singleSeed);
    draft.accept(server);
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
