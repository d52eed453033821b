package dev.tailrace.wire.topology;

import dev.tailrace.wire.topology.Update.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * A topology while one new server view is worked into it (discovery specification, "Updating the
 * TopologyDescription"). Its methods carry the specification's names where it has them.
 */
final class TopologyDraft {

  /** MongoDB 4.2: from here on a server that steps down keeps its connections. */
  static final int WIRE_VERSION_4_2 = 8;

  /** MongoDB 6.0: from here on the election counts before the version of the configuration. */
  private static final int WIRE_VERSION_6_0 = 17;

  /** They are for messages only, and a set may name any number of addresses. */
  private static final int MAX_STRANGERS = 8;

  private static final String STALE_PRIMARY =
      "primary marked stale due to electionId/setVersion mismatch";
  private static final String NEWER_PRIMARY =
      "primary marked stale due to discovery of newer primary";

  /**
   * Whether the client was given one server to begin with: that is what the specification calls the
   * seeds. DNS may have put others beside it since, and a single server has none beside it.
   */
  private final boolean singleSeed;

  private final Map<ServerAddress, ServerView> servers;
  private final Map<ServerAddress, String> strangers;
  private final List<Action> actions = new ArrayList<>();
  private TopologyType type;
  private @Nullable String setName;
  private @Nullable ObjectId maxElectionId;
  private @Nullable Long maxSetVersion;

  TopologyDraft(Topology topology, boolean singleSeed) {
    this.singleSeed = singleSeed;
    this.servers = new TreeMap<>(topology.servers());
    this.strangers = new TreeMap<>(topology.strangers());
    this.type = topology.type();
    this.setName = topology.setName();
    this.maxElectionId = topology.maxElectionId();
    this.maxSetVersion = topology.maxSetVersion();
  }

  Update finish() {
    strangers.keySet().removeAll(servers.keySet());
    return new Update(
        new Topology(type, setName, maxElectionId, maxSetVersion, servers, strangers), actions);
  }

  /** The specification's table: what a server of this type means in a topology of that type. */
  void accept(ServerView server) {
    servers.put(server.address(), server);
    switch (type) {
      case SINGLE -> checkSetNameOfSingle(server);
      case UNKNOWN -> acceptIntoUnknown(server);
      case SHARDED -> {
        if (server.type() != ServerType.UNKNOWN && server.type() != ServerType.MONGOS) {
          leaveOut(server, "it is no mongos");
        }
      }
      case REPLICA_SET_NO_PRIMARY, REPLICA_SET_WITH_PRIMARY -> acceptIntoReplicaSet(server);
      case LOAD_BALANCED -> {} // Nothing is found out by asking.
    }
  }

  /** Makes {@code hosts} all that there is; what is known of those that stay, stays. */
  void replaceServers(Set<ServerAddress> hosts) {
    servers.keySet().retainAll(hosts);
    for (ServerAddress host : hosts) {
      servers.computeIfAbsent(host, address -> ServerView.unknown(address, null, null, 0));
    }
  }

  private void checkSetNameOfSingle(ServerView server) {
    @Nullable HelloReply hello = server.hello();
    if (hello != null && setName != null && !setName.equals(hello.setName())) {
      forget(server, wrongSet(hello), server.poolGeneration());
    }
  }

  private void acceptIntoUnknown(ServerView server) {
    switch (server.type()) {
      case UNKNOWN, RS_GHOST, LOAD_BALANCER -> {}
      case STANDALONE -> {
        if (singleSeed && servers.size() == 1) {
          type = TopologyType.SINGLE;
        } else {
          leaveOut(server, "it is a standalone server, and there are several seeds");
        }
      }
      case MONGOS -> type = TopologyType.SHARDED;
      case RS_PRIMARY, RS_SECONDARY, RS_ARBITER, RS_OTHER -> {
        type = TopologyType.REPLICA_SET_NO_PRIMARY;
        acceptIntoReplicaSet(server);
      }
    }
  }

  private void acceptIntoReplicaSet(ServerView server) {
    @Nullable HelloReply hello = server.hello();
    switch (server.type()) {
      case UNKNOWN, RS_GHOST, LOAD_BALANCER -> {}
      case STANDALONE, MONGOS -> leaveOut(server, "it is no member of a replica set");
      case RS_PRIMARY, RS_SECONDARY, RS_ARBITER, RS_OTHER -> {
        if (hello == null || !isOfThisSet(hello)) {
          leaveOut(server, wrongSet(hello));
        } else if (server.type() == ServerType.RS_PRIMARY) {
          updateFromPrimary(server, hello);
        } else {
          updateFromMember(server, hello);
        }
      }
    }
    checkIfHasPrimary();
  }

  private String wrongSet(@Nullable HelloReply hello) {
    return "expected replica set %s, found %s"
        .formatted(setName, hello == null ? null : hello.setName());
  }

  private void leaveOut(ServerView server, String why) {
    servers.remove(server.address());
    if (strangers.size() < MAX_STRANGERS) {
      strangers.put(server.address(), why);
    }
  }

  private boolean isOfThisSet(HelloReply hello) {
    if (setName == null) {
      setName = hello.setName();
    }
    return setName != null && setName.equals(hello.setName());
  }

  /** "updateRSWithoutPrimary" and "updateRSWithPrimaryFromMember". */
  private void updateFromMember(ServerView server, HelloReply hello) {
    if (type == TopologyType.REPLICA_SET_NO_PRIMARY) {
      addMembers(hello);
    }
    if (hello.me() != null && !hello.me().equals(server.address())) {
      leaveOut(server, "it calls itself " + hello.me());
    }
  }

  /** "updateRSFromPrimary". */
  private void updateFromPrimary(ServerView primary, HelloReply hello) {
    if (isStale(hello)) {
      forget(primary, STALE_PRIMARY, primary.poolGeneration());
      return;
    }
    for (ServerView other : List.copyOf(servers.values())) {
      if (other.type() == ServerType.RS_PRIMARY && !other.address().equals(primary.address())) {
        forgetOldPrimary(other);
      }
    }
    addMembers(hello);
    servers.keySet().retainAll(hello.members());
  }

  /**
   * Whether a primary is one of an election that is over, by "Using electionId and setVersion to
   * detect stale primaries". If it is not, it is the newest that was heard of.
   */
  private boolean isStale(HelloReply primary) {
    return primary.maxWireVersion() >= WIRE_VERSION_6_0
        ? isStaleByElection(primary)
        : isStaleBySetVersion(primary);
  }

  private boolean isStaleByElection(HelloReply primary) {
    int byElection = compare(primary.electionId(), maxElectionId);
    if (byElection < 0 || (byElection == 0 && compare(primary.setVersion(), maxSetVersion) < 0)) {
      return true;
    }
    maxElectionId = primary.electionId();
    maxSetVersion = primary.setVersion();
    return false;
  }

  /** The older order, in which a set version that went back (a rollback) hides the new primary. */
  private boolean isStaleBySetVersion(HelloReply primary) {
    @Nullable Long setVersion = primary.setVersion();
    @Nullable ObjectId electionId = primary.electionId();
    if (setVersion != null && electionId != null) {
      if (maxSetVersion != null && maxElectionId != null) {
        int bySetVersion = maxSetVersion.compareTo(setVersion);
        if (bySetVersion > 0 || (bySetVersion == 0 && maxElectionId.compareTo(electionId) > 0)) {
          return true;
        }
      }
      maxElectionId = electionId;
    }
    if (compare(setVersion, maxSetVersion) > 0) {
      maxSetVersion = setVersion;
    }
    return false;
  }

  /** Null is less than everything else. */
  private static <T extends Comparable<? super T>> int compare(@Nullable T a, @Nullable T b) {
    return Comparator.nullsFirst(Comparator.<T>naturalOrder()).compare(a, b);
  }

  private void forgetOldPrimary(ServerView primary) {
    @Nullable HelloReply hello = primary.hello();
    boolean closedItsConnections = hello != null && hello.maxWireVersion() < WIRE_VERSION_4_2;
    forget(primary, NEWER_PRIMARY, primary.poolGeneration() + (closedItsConnections ? 1 : 0));
    actions.add(new Action(Action.Kind.CHECK_NOW, primary.address()));
  }

  private void forget(ServerView server, String error, int poolGeneration) {
    servers.put(
        server.address(), ServerView.unknown(server.address(), error, null, poolGeneration));
  }

  private void addMembers(HelloReply hello) {
    for (ServerAddress member : hello.members()) {
      servers.computeIfAbsent(member, address -> ServerView.unknown(address, null, null, 0));
    }
  }

  private void checkIfHasPrimary() {
    boolean hasPrimary =
        servers.values().stream().anyMatch(server -> server.type() == ServerType.RS_PRIMARY);
    type = hasPrimary ? TopologyType.REPLICA_SET_WITH_PRIMARY : TopologyType.REPLICA_SET_NO_PRIMARY;
  }
}
