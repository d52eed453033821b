package dev.tailrace.wire.topology;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * What the client believes of one server, from the last news of it (discovery specification,
 * "ServerDescription").
 *
 * @param address where the client reaches it
 * @param type what the server is
 * @param hello its last reply; null if the server is {@link ServerType#UNKNOWN} or a load balancer
 * @param roundTripNanos the average duration of a hello; empty if unknown
 * @param updatedNanos when {@code hello} came, on the client's monotonic clock
 * @param error why it is unknown, where there is a reason
 * @param topologyVersion the newest count of its changes that was heard of
 * @param poolGeneration how often its connections were given up; a connection of an older
 *     generation is not used again, and its errors are old news
 * @param serviceGenerations the same for each service behind a load balancer whose connections were
 *     ever given up; empty for other servers
 */
public record ServerView(
    ServerAddress address,
    ServerType type,
    @Nullable HelloReply hello,
    OptionalLong roundTripNanos,
    long updatedNanos,
    @Nullable String error,
    @Nullable TopologyVersion topologyVersion,
    int poolGeneration,
    Map<ObjectId, Integer> serviceGenerations) {

  public ServerView {
    requireNonNull(address, "address");
    requireNonNull(type, "type");
    requireNonNull(roundTripNanos, "roundTripNanos");
    serviceGenerations = Collections.unmodifiableMap(new TreeMap<>(serviceGenerations));
  }

  /** A server that nothing is known of. */
  static ServerView unknown(
      ServerAddress address,
      @Nullable String error,
      @Nullable TopologyVersion topologyVersion,
      int poolGeneration) {
    return new ServerView(
        address,
        ServerType.UNKNOWN,
        null,
        OptionalLong.empty(),
        0,
        error,
        topologyVersion,
        poolGeneration,
        Map.of());
  }

  /** A server that has answered. */
  static ServerView of(
      ServerAddress address,
      HelloReply hello,
      long roundTripNanos,
      long updatedNanos,
      int poolGeneration) {
    return new ServerView(
        address,
        hello.type(),
        hello,
        OptionalLong.of(roundTripNanos),
        updatedNanos,
        null,
        hello.topologyVersion(),
        poolGeneration,
        Map.of());
  }

  /** A load balancer: there is nothing to be known of it but its address. */
  static ServerView loadBalancer(ServerAddress address, Map<ObjectId, Integer> serviceGenerations) {
    return new ServerView(
        address,
        ServerType.LOAD_BALANCER,
        null,
        OptionalLong.empty(),
        0,
        null,
        null,
        0,
        serviceGenerations);
  }

  /** How often the connections to one service behind this load balancer were given up. */
  public int serviceGeneration(ObjectId serviceId) {
    return serviceGenerations.getOrDefault(serviceId, 0);
  }

  /**
   * Whether both say the same of the server: when it was asked, how fast it answered and what
   * became of its connections do not count (discovery specification, "ServerDescription equality").
   */
  public boolean describesTheSame(ServerView other) {
    @Nullable HelloReply its = other.hello;
    boolean sameHello =
        (hello == null || its == null) ? Objects.equals(hello, its) : hello.describesTheSame(its);
    return sameHello
        && address.equals(other.address)
        && type == other.type
        && Objects.equals(error, other.error)
        && Objects.equals(topologyVersion, other.topologyVersion);
  }

  /** One line for people: address, type, and the error if there is one. */
  @Override
  public String toString() {
    return address + " " + type().specName() + (error == null ? "" : " (" + error + ")");
  }
}
