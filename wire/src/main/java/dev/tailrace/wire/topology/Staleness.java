package dev.tailrace.wire.topology;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how far secondaries are behind (max staleness specification). Clocks of servers and
 * client may differ: only differences between times of one clock are used.
 */
final class Staleness {

  private final Optional<ServerView> primary;
  private final long newestWriteMillis;
  private final long heartbeatFrequencyMillis;

  Staleness(Topology topology, Duration heartbeatFrequency) {
    this.primary =
        topology.servers().values().stream()
            .filter(server -> server.type() == ServerType.RS_PRIMARY)
            .findFirst();
    this.newestWriteMillis =
        topology.servers().values().stream()
            .filter(server -> server.type() == ServerType.RS_SECONDARY)
            .mapToLong(Staleness::lastWriteMillis)
            .max()
            .orElse(0);
    this.heartbeatFrequencyMillis = heartbeatFrequency.toMillis();
  }

  /** The worst case for {@code server} until its next check, in milliseconds. */
  long ofMillis(ServerView server) {
    if (server.type() != ServerType.RS_SECONDARY) {
      return 0;
    }
    return primary
            .map(known -> sinceLastWriteMillis(server) - sinceLastWriteMillis(known))
            .orElseGet(() -> newestWriteMillis - lastWriteMillis(server))
        + heartbeatFrequencyMillis;
  }

  private static long sinceLastWriteMillis(ServerView server) {
    return TimeUnit.NANOSECONDS.toMillis(server.updatedNanos()) - lastWriteMillis(server);
  }

  /** A server that does not tell has never written, which makes it as stale as can be. */
  private static long lastWriteMillis(ServerView server) {
    @Nullable HelloReply hello = server.hello();
    return hello == null || hello.lastWriteMillis() == null ? 0 : hello.lastWriteMillis();
  }
}
