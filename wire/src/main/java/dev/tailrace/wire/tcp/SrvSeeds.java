package dev.tailrace.wire.tcp;

import dev.tailrace.wire.dns.SrvName;
import dev.tailrace.wire.tcp.ConnectionStringParser.Parts;
import dev.tailrace.wire.topology.ServerAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The part of a {@code mongodb+srv} connection string that DNS is asked about (initial DNS seedlist
 * discovery specification). Immutable.
 */
public final class SrvSeeds {

  private static final String MAX_HOSTS = "srvMaxHosts";
  private static final String SERVICE_NAME = "srvServiceName";

  /** What a TXT record may say, and nothing else. */
  private static final Set<String> TXT_OPTIONS = Set.of("authsource", "replicaset", "loadbalanced");

  private final SrvName name;
  private final int maxHosts;
  private final UriOptions options;
  private final Function<Parts, ConnectionString> builder;

  /**
   * Reads the one host of such a string, and its options that begin with {@code srv}.
   *
   * @param builder makes a connection string of what is known
   * @throws ConnectionStringException if they are not what they have to be
   */
  SrvSeeds(String host, UriOptions options, Function<Parts, ConnectionString> builder) {
    if (host.contains(",")) {
      throw new ConnectionStringException("mongodb+srv: expected one host, found several");
    }
    this.options = options;
    this.builder = builder;
    this.maxHosts = options.integer(MAX_HOSTS, 0).orElse(0);
    try {
      this.name =
          new SrvName(
              PercentCoding.decode(host, "host"),
              options.string(SERVICE_NAME).orElse(SrvName.DEFAULT_SERVICE));
    } catch (IllegalArgumentException e) {
      throw new ConnectionStringException("mongodb+srv: " + e.getMessage());
    }
  }

  /** Refuses what only makes sense with {@code mongodb+srv}. */
  static void refuseWithout(UriOptions options) {
    for (String option : List.of(MAX_HOSTS, SERVICE_NAME)) {
      if (!options.list(option).isEmpty()) {
        throw new ConnectionStringException("option " + option + " goes with mongodb+srv only");
      }
    }
  }

  /** The name whose SRV and TXT records are asked for. */
  public SrvName name() {
    return name;
  }

  /** Option srvMaxHosts: how many of the hosts are used at most; 0 for all of them. */
  public int maxHosts() {
    return maxHosts;
  }

  /**
   * The connection string that this one stands for, by what DNS says.
   *
   * @param seeds the hosts; at least one
   * @param txt the TXT record: defaults for options, in the form of a connection string's; empty if
   *     there is none
   * @throws ConnectionStringException if the record has other options than authSource, replicaSet
   *     and loadBalanced, or if the whole contradicts itself
   */
  public ConnectionString resolve(List<ServerAddress> seeds, Optional<String> txt) {
    UriOptions together = new UriOptions(options);
    if (txt.isPresent()) {
      UriOptions defaults = new UriOptions(txt.get());
      for (String option : defaults.names()) {
        if (!TXT_OPTIONS.contains(option.toLowerCase(Locale.ROOT))) {
          throw new ConnectionStringException(
              "option " + option + " may not come from a TXT record, as that of " + name + " does");
        }
        together.setDefault(option, defaults.list(option).get(0));
      }
    }
    return with(seeds, together);
  }

  ConnectionString unresolved() {
    return with(List.of(), options);
  }

  private ConnectionString with(List<ServerAddress> seeds, UriOptions all) {
    // All that this class reads itself, so that it is not taken for unknown.
    List.of(MAX_HOSTS, SERVICE_NAME).forEach(all::list);
    return builder.apply(new Parts(seeds, Optional.of(this), all));
  }

  /** The name, and nothing else of the connection string. */
  @Override
  public String toString() {
    return name.toString();
  }
}
