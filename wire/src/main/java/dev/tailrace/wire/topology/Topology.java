package dev.tailrace.wire.topology;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * What the client believes of the whole deployment at one moment (discovery specification,
 * "TopologyDescription"). Immutable; each piece of news makes a new one.
 *
 * @param type what kind of deployment it is
 * @param setName the replica set's name, given by the user or learned
 * @param maxElectionId the newest election that was heard of
 * @param maxSetVersion the newest configuration that was heard of, of that election
 * @param servers the servers by address, in the order of their addresses
 * @param strangers servers that answered but turned out to be none of the deployment, and why: for
 *     messages
 */
public record Topology(
    TopologyType type,
    @Nullable String setName,
    @Nullable ObjectId maxElectionId,
    @Nullable Long maxSetVersion,
    Map<ServerAddress, ServerView> servers,
    Map<ServerAddress, String> strangers) {

  /** What there is before a deployment is opened, and after it is closed. */
  public static final Topology NONE =
      new Topology(TopologyType.UNKNOWN, null, null, null, Map.of(), Map.of());

  public Topology {
    requireNonNull(type, "type");
    servers = Collections.unmodifiableMap(new TreeMap<>(servers));
    strangers = Collections.unmodifiableMap(new TreeMap<>(strangers));
  }

  /** The server at {@code address}; empty if it is not one of the deployment. */
  public Optional<ServerView> server(ServerAddress address) {
    return Optional.ofNullable(servers.get(address));
  }

  /**
   * How long an idle session lives, in minutes: the shortest of all servers that hold data; empty
   * if one of them says nothing of it.
   */
  public Optional<Long> logicalSessionTimeoutMinutes() {
    List<HelloReply> dataBearing =
        servers.values().stream()
            .filter(server -> server.type().isDataBearing())
            .flatMap(server -> Stream.ofNullable(server.hello()))
            .toList();
    if (dataBearing.stream().anyMatch(hello -> hello.logicalSessionTimeoutMinutes() == null)) {
      return Optional.empty();
    }
    return dataBearing.stream()
        .flatMap(hello -> Stream.ofNullable(hello.logicalSessionTimeoutMinutes()))
        .min(Long::compare);
  }

  /** Why this client cannot talk to the deployment; empty if it can. */
  public Optional<String> incompatibility() {
    return servers.values().stream()
        .flatMap(
            server ->
                Stream.ofNullable(server.hello())
                    .flatMap(
                        hello -> WireVersions.incompatibility(server.address(), hello).stream()))
        .findFirst();
  }

  /** Whether both say the same of every server, and of the whole. */
  public boolean describesTheSame(Topology other) {
    return type == other.type
        && Objects.equals(setName, other.setName)
        && Objects.equals(maxElectionId, other.maxElectionId)
        && Objects.equals(maxSetVersion, other.maxSetVersion)
        && servers.keySet().equals(other.servers.keySet())
        && servers.values().stream()
            .allMatch(
                server ->
                    other.server(server.address()).filter(server::describesTheSame).isPresent());
  }

  /**
   * The kind of deployment and each server with its last error, and who is left out: for messages.
   */
  @Override
  public String toString() {
    return type.specName()
        + (setName == null ? "" : " " + setName)
        + servers.values().stream()
            .map(ServerView::toString)
            .collect(Collectors.joining(", ", " [", "]"))
        + strangers.entrySet().stream()
            .map(stranger -> "; left out " + stranger.getKey() + ": " + stranger.getValue())
            .collect(Collectors.joining());
  }
}
