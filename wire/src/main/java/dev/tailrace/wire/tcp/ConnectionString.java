package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.wire.auth.Credential;
import dev.tailrace.wire.compression.Compressors;
import dev.tailrace.wire.event.PoolOptions;
import dev.tailrace.wire.tls.TlsOptions;
import dev.tailrace.wire.topology.ConnectionMode;
import dev.tailrace.wire.topology.ServerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A deployment's address and how to talk to it, as one string: <code>
 * mongodb://host1:port1,host2:port2/database?option=value&amp;option=value</code> (connection
 * string, URI options and authentication specifications), or {@code
 * mongodb+srv://host/database?option=value}, where DNS knows the hosts and some of the options
 * (initial DNS seedlist discovery specification).
 *
 * <p>Options that this transport has a use for are the components of this record. Other options,
 * and values that are not of their option's type, become {@link #warnings}. Other mechanisms than
 * those of {@link dev.tailrace.wire.auth.Mechanism} and Unix sockets are refused with an {@link
 * UnsupportedOptionException}: to connect without them would not be what was asked for.
 *
 * @param seeds where to begin to look for the deployment; none until DNS was asked where {@code
 *     srv} is there, else at least one
 * @param srv how to find the seeds in DNS; empty where the string names them itself
 * @param database the database behind the slash, for whoever has a use for it
 * @param credential the user before the hosts, with options authSource and authMechanism: who the
 *     client is; empty for nobody
 * @param tls options tls, ssl and those whose names begin with tls: whether and how connections are
 *     encrypted. The files they name are read when the transport is made
 * @param replicaSet option replicaSet: the name that the set must have
 * @param directConnection option directConnection: talk to the one seed as it is
 * @param loadBalanced option loadBalanced: the one seed is a load balancer before the routers of a
 *     sharded cluster (load balancers specification)
 * @param appName option appName: shown in the server's log
 * @param readPreference options readPreference, readPreferenceTags, {@code maxStalenessSeconds}:
 *     which member a stream reads from that names none
 * @param serverSelectionTimeout option serverSelectionTimeoutMS, default 30 s: how long to wait for
 *     an eligible server; 0 takes one at once or fails
 * @param connectTimeout option connectTimeoutMS, default 10 s: for connecting, for the handshake
 *     and for checks; 0 for no limit
 * @param socketTimeout option socketTimeoutMS, default 0: how long a reply may take; 0 for no limit
 * @param heartbeatFrequency option heartbeatFrequencyMS, default 10 s, at least 0.5 s: the time
 *     between checks of a server
 * @param localThreshold option localThresholdMS, default 15 ms: how much slower than the nearest
 *     server another one may be
 * @param pool options maxPoolSize, minPoolSize, maxIdleTimeMS, maxConnecting and {@code
 *     waitQueueTimeoutMS}: how many connections a server may have, and for how long. The defaults:
 *     no limit, none, no limit, 2, and serverSelectionTimeoutMS (30 s if that is 0). The
 *     specification's own default of maxPoolSize is 100, but each stream occupies a connection
 *     while it waits, and the 101st would wait for the others
 * @param serverMonitoringMode how servers are checked
 * @param compressors option compressors: what messages may be compressed by, the best first; {@code
 *     snappy}, {@code zlib} or {@code zstd}. One that is not on the class path is passed over
 * @param zlibCompressionLevel option zlibCompressionLevel, default -1 (zlib's own choice), up to 9
 * @param warnings what was ignored, one sentence each
 */
public record ConnectionString(
    List<ServerAddress> seeds,
    Optional<SrvSeeds> srv,
    Optional<String> database,
    Optional<Credential> credential,
    TlsOptions tls,
    Optional<String> replicaSet,
    boolean directConnection,
    boolean loadBalanced,
    Optional<String> appName,
    ReadPreference readPreference,
    Duration serverSelectionTimeout,
    Duration connectTimeout,
    Duration socketTimeout,
    Duration heartbeatFrequency,
    Duration localThreshold,
    PoolOptions pool,
    MonitoringMode serverMonitoringMode,
    List<String> compressors,
    int zlibCompressionLevel,
    List<String> warnings) {

  /** The smallest interval between checks, whatever the reason for one (monitoring spec). */
  static final Duration MIN_HEARTBEAT_FREQUENCY = Duration.ofMillis(500);

  public ConnectionString {
    seeds = List.copyOf(seeds);
    compressors = List.copyOf(compressors);
    warnings = List.copyOf(warnings);
  }

  /**
   * The {@link #warnings}, and what else is likely not to be meant: options that the specification
   * takes without a warning, but that do nothing as things are. One sentence each; the transport
   * logs them.
   */
  public List<String> doubts() {
    List<String> doubts = new ArrayList<>(warnings);
    if (tls.certificateKeyFilePassword().isPresent() && tls.certificateKeyFile().isEmpty()) {
      doubts.add(
          "option tlsCertificateKeyFilePassword has no effect without tlsCertificateKeyFile");
    }
    for (String name : compressors) {
      if (Compressors.named(name).isEmpty()) {
        doubts.add("option compressors: the library for " + name + " is not on the class path");
      }
    }
    return doubts;
  }

  /** What the seeds are taken for. */
  public ConnectionMode connectionMode() {
    if (loadBalanced) {
      return ConnectionMode.LOAD_BALANCED;
    }
    return directConnection ? ConnectionMode.DIRECT : ConnectionMode.DISCOVER;
  }

  /**
   * Reads a connection string. Asks nobody: for {@code mongodb+srv} that is done when the transport
   * runs, and what DNS says is put together with the rest by {@link SrvSeeds#resolve}.
   *
   * @throws UnsupportedOptionException if it asks for something that comes later
   * @throws ConnectionStringException if it is malformed, or its options contradict each other
   */
  public static ConnectionString parse(String uri) {
    return ConnectionStringParser.parse(uri);
  }
}
