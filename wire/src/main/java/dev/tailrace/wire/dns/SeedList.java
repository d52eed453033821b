package dev.tailrace.wire.dns;

import dev.tailrace.wire.dns.DnsException.Reason;
import dev.tailrace.wire.topology.ServerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * What the SRV records of one name say. Pure.
 *
 * @param hosts the hosts that may be connected to, each once
 * @param refused those that may not, as they are not of the name's domain, or are no addresses
 * @param rescanAfter when to ask again, counted from the end of the answer: after the shortest life
 *     of a record, and at least a minute (polling SRV records specification)
 */
public record SeedList(List<ServerAddress> hosts, List<String> refused, Duration rescanAfter) {

  /** The shortest interval between two questions, and the one where lives are not known. */
  public static final Duration MIN_RESCAN_INTERVAL = Duration.ofSeconds(60);

  public SeedList {
    hosts = List.copyOf(hosts);
    refused = List.copyOf(refused);
  }

  /** Reads the records of {@code name}. */
  public static SeedList of(SrvName name, List<SrvRecord> records) {
    Set<ServerAddress> hosts = new LinkedHashSet<>();
    List<String> refused = new ArrayList<>();
    for (SrvRecord record : records) {
      String target = SrvName.normalized(record.target());
      if (name.admits(target) && record.port() >= 1 && record.port() <= ServerAddress.MAX_PORT) {
        hosts.add(new ServerAddress(target, record.port()));
      } else {
        refused.add(target + ":" + record.port());
      }
    }
    long seconds =
        records.stream().mapToLong(record -> record.ttlSeconds().orElse(0)).min().orElse(0);
    Duration life = Duration.ofSeconds(Math.max(seconds, MIN_RESCAN_INTERVAL.toSeconds()));
    return new SeedList(List.copyOf(hosts), refused, life);
  }

  /**
   * Asks for the SRV records of {@code name}, as a deployment begins.
   *
   * @throws DnsException if there is no answer, no record, or one that may not be followed
   */
  public static SeedList initial(SrvName name, DnsResolver resolver) throws DnsException {
    SeedList found = of(name, resolver.srv(name.srvQuery()));
    if (!found.refused.isEmpty()) {
      throw new DnsException(
          Reason.FAILED,
          "%s: expected hosts of the domain of %s, found %s"
              .formatted(name.srvQuery(), name, found.refused),
          null);
    }
    if (found.hosts.isEmpty()) {
      throw new DnsException(Reason.NOT_FOUND, name.srvQuery() + " has no SRV record", null);
    }
    return found;
  }

  /**
   * Asks for the TXT record of {@code name}; empty if it has none.
   *
   * @throws DnsException if there is no answer, or more than one record
   */
  public static Optional<String> defaults(SrvName name, DnsResolver resolver) throws DnsException {
    List<String> records;
    try {
      records = resolver.txt(name.host());
    } catch (DnsException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return Optional.empty(); // Records below a name do not make every DNS server know it.
      }
      throw e;
    }
    if (records.size() > 1) {
      throw new DnsException(
          Reason.FAILED,
          "%s: expected one TXT record, found %d".formatted(name, records.size()),
          null);
    }
    return records.stream().findFirst();
  }

  /**
   * Which of the hosts to use: those that are in use as far as they are still listed, and as many
   * new ones as there may be, drawn by lot.
   *
   * @param inUse the hosts of now; none where a deployment begins
   * @param maxHosts how many there may be; 0 for all
   * @param random a number from 0 up to, and not including, its argument
   */
  public Set<ServerAddress> choose(
      Set<ServerAddress> inUse, int maxHosts, IntUnaryOperator random) {
    if (maxHosts == 0 || maxHosts >= hosts.size()) {
      return new LinkedHashSet<>(hosts);
    }
    Set<ServerAddress> chosen = new LinkedHashSet<>(hosts);
    chosen.retainAll(inUse);
    List<ServerAddress> others = new ArrayList<>(hosts);
    others.removeAll(chosen);
    while (chosen.size() < maxHosts) {
      chosen.add(others.remove(random.applyAsInt(others.size())));
    }
    return chosen;
  }
}
