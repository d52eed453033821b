package dev.tailrace.wire.topology;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the client believes of one server, from the last news of it (discovery specification,
 * "ServerDescription").
 *
 * @param address where the client reaches it
 * @param hello its last reply; null if the server is {@link ServerType#UNKNOWN}
 * @param roundTripNanos the average duration of a hello; empty if unknown
 * @param updatedNanos when {@code hello} came, on the client's monotonic clock
 * @param error why it is unknown, where there is a reason
 * @param topologyVersion the newest count of its changes that was heard of
 * @param poolGeneration how often its connections were given up; a connection of an older
 *     generation is not used again, and its errors are old news
 */
public record ServerView(
    ServerAddress address,
    @Nullable HelloReply hello,
    OptionalLong roundTripNanos,
    long updatedNanos,
    @Nullable String error,
    @Nullable TopologyVersion topologyVersion,
    int poolGeneration) {

  public ServerView {
    requireNonNull(address, "address");
    requireNonNull(roundTripNanos, "roundTripNanos");
  }

  /** A server that nothing is known of. */
  static ServerView unknown(
      ServerAddress address,
      @Nullable String error,
      @Nullable TopologyVersion topologyVersion,
      int poolGeneration) {
    return new ServerView(
        address, null, OptionalLong.empty(), 0, error, topologyVersion, poolGeneration);
  }

  /** What the server is. */
  public ServerType type() {
    return hello == null ? ServerType.UNKNOWN : hello.type();
  }

  /** One line for people: address, type, and the error if there is one. */
  @Override
  public String toString() {
    return address + " " + type().specName() + (error == null ? "" : " (" + error + ")");
  }
}
