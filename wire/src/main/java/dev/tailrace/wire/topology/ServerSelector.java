package dev.tailrace.wire.topology;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.ReadPreference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the server for a read (server selection specification). Pure: the same topology, loads
 * and random numbers give the same server.
 *
 * @param localThreshold how much slower than the nearest server a server may be to be chosen too
 * @param heartbeatFrequency the interval between checks, by which every estimate of staleness may
 *     be off
 */
public record ServerSelector(Duration localThreshold, Duration heartbeatFrequency) {

  /** How often an idle primary writes a no-op, so that its secondaries look alive. */
  private static final Duration IDLE_WRITE_PERIOD = Duration.ofSeconds(10);

  private static final Duration SMALLEST_MAX_STALENESS = Duration.ofSeconds(90);

  public ServerSelector {
    requireNonNull(localThreshold, "localThreshold");
    requireNonNull(heartbeatFrequency, "heartbeatFrequency");
  }

  /**
   * One server for one read: of two drawn from the latency window, the one with less to do.
   *
   * @param deprioritized servers to pass over, if any other one is suitable
   * @param operationCount how many operations a server is running for this client
   * @param random a number from 0 up to, and not including, its argument
   * @return empty if no server is suitable
   * @throws IllegalArgumentException if the limit of staleness is too small to mean anything
   */
  public Optional<ServerView> select(
      Topology topology,
      ReadPreference readPreference,
      Set<ServerAddress> deprioritized,
      ToIntFunction<ServerView> operationCount,
      IntUnaryOperator random) {
    List<ServerView> window = inLatencyWindow(suitable(topology, readPreference, deprioritized));
    if (window.size() < 2) {
      return window.stream().findFirst();
    }
    int first = random.applyAsInt(window.size());
    int second = random.applyAsInt(window.size() - 1);
    ServerView a = window.get(first);
    ServerView b = window.get(second < first ? second : second + 1);
    return Optional.of(operationCount.applyAsInt(a) <= operationCount.applyAsInt(b) ? a : b);
  }

  /**
   * The servers that {@code readPreference} admits, wherever they are.
   *
   * @param deprioritized servers that an operation has failed on before: passed over, unless no
   *     other one is suitable (server selection specification, "Deprioritized servers")
   * @throws IllegalArgumentException if the limit of staleness is too small to mean anything
   */
  public List<ServerView> suitable(
      Topology topology, ReadPreference readPreference, Set<ServerAddress> deprioritized) {
    List<ServerView> all = List.copyOf(topology.servers().values());
    List<ServerView> preferred =
        all.stream().filter(server -> !deprioritized.contains(server.address())).toList();
    List<ServerView> suitable = suitable(topology, preferred, readPreference);
    return suitable.isEmpty() && preferred.size() < all.size()
        ? suitable(topology, all, readPreference)
        : suitable;
  }

  private List<ServerView> suitable(
      Topology topology, List<ServerView> candidates, ReadPreference readPreference) {
    return switch (topology.type()) {
      case UNKNOWN -> List.of();
      case SINGLE, SHARDED, LOAD_BALANCED -> // The server sorts it out by $readPreference.
          candidates.stream().filter(server -> server.type() != ServerType.UNKNOWN).toList();
      case REPLICA_SET_NO_PRIMARY, REPLICA_SET_WITH_PRIMARY ->
          members(topology, candidates, readPreference);
    };
  }

  /** Those of {@code suitable} that are near enough to the nearest of them. */
  public List<ServerView> inLatencyWindow(List<ServerView> suitable) {
    long nearest =
        suitable.stream().mapToLong(ServerSelector::roundTripNanos).min().orElse(Long.MAX_VALUE);
    return suitable.stream()
        .filter(server -> roundTripNanos(server) - nearest <= localThreshold.toNanos())
        .toList();
  }

  /**
   * What a read with {@code readPreference} carries as {@code $readPreference} to a server of
   * {@code serverType} in a topology of {@code topologyType}; empty if it carries none.
   */
  public static Optional<ReadPreference> toSend(
      ReadPreference readPreference, TopologyType topologyType, ServerType serverType) {
    if (topologyType == TopologyType.SINGLE && serverType == ServerType.STANDALONE) {
      return Optional.empty();
    }
    if (readPreference.mode() != ReadPreference.Mode.PRIMARY) {
      return Optional.of(readPreference);
    }
    // A member that was asked for by its address shall answer, whatever its state.
    return topologyType == TopologyType.SINGLE && serverType != ServerType.MONGOS
        ? Optional.of(ReadPreference.of(ReadPreference.Mode.PRIMARY_PREFERRED))
        : Optional.empty();
  }

  private static long roundTripNanos(ServerView server) {
    return server.roundTripNanos().orElse(0);
  }

  private List<ServerView> members(
      Topology topology, List<ServerView> candidates, ReadPreference readPreference) {
    readPreference.maxStaleness().ifPresent(this::requireMeaningful);
    List<ServerView> primary = ofType(candidates, ServerType.RS_PRIMARY);
    List<ServerView> secondaries = ofType(candidates, ServerType.RS_SECONDARY);
    return switch (readPreference.mode()) {
      case PRIMARY -> primary;
      case PRIMARY_PREFERRED ->
          primary.isEmpty() ? eligible(secondaries, topology, readPreference) : primary;
      case SECONDARY -> eligible(secondaries, topology, readPreference);
      case SECONDARY_PREFERRED -> {
        List<ServerView> eligible = eligible(secondaries, topology, readPreference);
        yield eligible.isEmpty() ? primary : eligible;
      }
      case NEAREST ->
          eligible(
              Stream.concat(primary.stream(), secondaries.stream()).toList(),
              topology,
              readPreference);
    };
  }

  private void requireMeaningful(Duration maxStaleness) {
    Duration atLeast = heartbeatFrequency.plus(IDLE_WRITE_PERIOD);
    if (atLeast.compareTo(SMALLEST_MAX_STALENESS) < 0) {
      atLeast = SMALLEST_MAX_STALENESS;
    }
    if (maxStaleness.compareTo(atLeast) < 0) {
      throw new IllegalArgumentException(
          "maxStalenessSeconds: expected at least "
              + atLeast.toSeconds()
              + " (90, and the heartbeat frequency plus 10), found "
              + maxStaleness.toSeconds());
    }
  }

  private static List<ServerView> ofType(List<ServerView> candidates, ServerType type) {
    return candidates.stream().filter(server -> server.type() == type).toList();
  }

  private List<ServerView> eligible(
      List<ServerView> candidates, Topology topology, ReadPreference readPreference) {
    List<ServerView> fresh =
        readPreference
            .maxStaleness()
            .map(limit -> freshEnough(candidates, topology, limit))
            .orElse(candidates);
    return matching(fresh, readPreference.tagSets());
  }

  private List<ServerView> freshEnough(
      List<ServerView> candidates, Topology topology, Duration maxStaleness) {
    Staleness staleness = new Staleness(topology, heartbeatFrequency);
    return candidates.stream()
        .filter(server -> staleness.ofMillis(server) <= maxStaleness.toMillis())
        .toList();
  }

  /** The candidates that the first tag set to match any of them matches. */
  private static List<ServerView> matching(
      List<ServerView> candidates, List<Map<String, String>> tagSets) {
    if (tagSets.isEmpty()) {
      return candidates;
    }
    for (Map<String, String> tagSet : tagSets) {
      List<ServerView> matching =
          candidates.stream().filter(server -> hasTags(server, tagSet)).toList();
      if (!matching.isEmpty()) {
        return matching;
      }
    }
    return List.of();
  }

  private static boolean hasTags(ServerView server, Map<String, String> tagSet) {
    @Nullable HelloReply hello = server.hello();
    return hello != null && hello.tags().entrySet().containsAll(tagSet.entrySet());
  }
}
