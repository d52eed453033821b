package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.wire.auth.Credential;
import dev.tailrace.wire.compression.Compressors;
import dev.tailrace.wire.event.PoolOptions;
import dev.tailrace.wire.topology.ServerAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes a connection string apart. It must not show a password in an error or a warning, also not
 * where one that should have been percent-encoded makes the string fall apart in the wrong places.
 * A password comes with an at-sign behind it: so a string with an at-sign in a place that cannot be
 * meant is refused before anything of it could be shown.
 */
final class ConnectionStringParser {

  private static final String SCHEME = "mongodb://";
  private static final String SRV_SCHEME = "mongodb+srv://";
  private static final Pattern USER_INFO = Pattern.compile("[^:@]*(:[^:@]*)?");
  private static final Pattern MAY_HAVE_AT =
      Pattern.compile(
          "(replicaSet|appName|readPreferenceTags|authSource)=[^/:]*", Pattern.CASE_INSENSITIVE);
  private static final Pattern DATABASE = Pattern.compile("[^/\\\\ \"$]+");
  private static final int BEST_ZLIB_LEVEL = 9;
  private static final int MAX_APP_NAME_BYTES = 128;
  private static final Duration SERVER_SELECTION_TIMEOUT = Duration.ofSeconds(30);

  private ConnectionStringParser() {}

  static ConnectionString parse(String uri) {
    boolean srv = uri.startsWith(SRV_SCHEME);
    if (!srv && !uri.startsWith(SCHEME)) {
      throw new ConnectionStringException(
          "expected it to begin with " + SCHEME + " or " + SRV_SCHEME);
    }
    String rest = uri.substring((srv ? SRV_SCHEME : SCHEME).length());
    int hostsEnd = firstOf(rest, '/', '?');
    int optionsStart = firstOf(rest, '?', '?');
    int hostsStart = rest.lastIndexOf('@', hostsEnd - 1) + 1;
    UserInfo user = userInfo(rest.substring(0, hostsStart), rest.substring(hostsEnd));
    String hosts = rest.substring(hostsStart, hostsEnd);
    Optional<String> database =
        database(rest.substring(Math.min(hostsEnd + 1, optionsStart), optionsStart));
    UriOptions options = new UriOptions(rest.substring(Math.min(optionsStart + 1, rest.length())));
    refuseUnsupported(options);
    if (srv) {
      return new SrvSeeds(hosts, options, more -> build(user, database, more)).unresolved();
    }
    SrvSeeds.refuseWithout(options);
    List<ServerAddress> seeds = seeds(hosts);
    return build(user, database, new Parts(seeds, Optional.empty(), options));
  }

  /**
   * What is known of a connection string beside its user and database.
   *
   * @param seeds none where DNS is yet to be asked
   * @param srv how DNS is asked
   * @param options those of the string, and, once DNS was asked, the defaults it has for them
   */
  record Parts(List<ServerAddress> seeds, Optional<SrvSeeds> srv, UriOptions options) {}

  /** Where the first of two characters is; the end if neither is there. */
  private static int firstOf(String text, char one, char other) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == one || text.charAt(i) == other) {
        return i;
      }
    }
    return text.length();
  }

  /** What stands before the hosts, decoded. */
  private record UserInfo(Optional<String> name, Optional<String> password) {}

  private static UserInfo userInfo(String withAt, String behindHosts) {
    String text = withAt.isEmpty() ? "" : withAt.substring(0, withAt.length() - 1);
    boolean misplaced =
        behindHosts.contains("@") && (withAt.isEmpty() || !isOnlyInValues(behindHosts));
    if (misplaced || !USER_INFO.matcher(text).matches() || !PercentCoding.isValid(text)) {
      throw new ConnectionStringException(
          "a : @ / ? or % in the user name, the password or an option must be percent-encoded");
    }
    if (withAt.isEmpty()) {
      return new UserInfo(Optional.empty(), Optional.empty());
    }
    String[] parts = text.split(":", 2);
    if (parts[0].isEmpty()) {
      throw new ConnectionStringException("the user name before the @ is empty");
    }
    return new UserInfo(
        Optional.of(PercentCoding.decode(parts[0], "user name")),
        parts.length < 2
            ? Optional.empty()
            : Optional.of(PercentCoding.decode(parts[1], "password")));
  }

  /**
   * Whether at-signs are nowhere but in values of options that may have one, and with nothing
   * behind them that would look like the rest of a connection string.
   */
  private static boolean isOnlyInValues(String behindHosts) {
    int optionsStart = firstOf(behindHosts, '?', '?');
    if (!behindHosts.startsWith("/") || behindHosts.lastIndexOf('@', optionsStart) >= 0) {
      return false;
    }
    return Arrays.stream(behindHosts.substring(optionsStart).split("[?&]", -1))
        .filter(pair -> pair.contains("@"))
        .allMatch(pair -> MAY_HAVE_AT.matcher(pair).matches());
  }

  private static List<ServerAddress> seeds(String hosts) {
    Set<ServerAddress> seeds = new LinkedHashSet<>();
    for (String host : hosts.split(",", -1)) {
      seeds.add(seed(PercentCoding.decode(host, "host")));
    }
    return List.copyOf(seeds);
  }

  private static ServerAddress seed(String host) {
    if (host.contains("/") || host.endsWith(".sock")) {
      throw new UnsupportedOptionException("host", "a Unix domain socket");
    }
    try {
      return ServerAddress.parse(host);
    } catch (IllegalArgumentException e) {
      throw new ConnectionStringException("expected host:port, found " + shownHost(host));
    }
  }

  /** Where the at sign is missing, what stands behind the first colon is a password, or no port. */
  private static String shownHost(String host) {
    int colon = host.indexOf(':');
    return colon < 0 || host.substring(colon + 1).matches("\\d{0,5}")
        ? "\"" + host + "\""
        : "\"%s:...\"; a user and a password have an @ behind them"
            .formatted(host.substring(0, colon));
  }

  private static Optional<String> database(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String database = PercentCoding.decode(text, "database");
    if (!DATABASE.matcher(database).matches()) {
      throw new ConnectionStringException(
          "the database's name has a slash, a backslash, a space, a quote or a dollar sign");
    }
    return Optional.of(database);
  }

  /** What would be wrong to leave out in silence; a value that is no value is no excuse. */
  private static void refuseUnsupported(UriOptions options) {
    for (String name : options.names()) {
      if (name.toLowerCase(Locale.ROOT).startsWith("proxy")) {
        throw new UnsupportedOptionException(options.shown(name), "connecting through a proxy");
      }
    }
  }

  private static ConnectionString build(UserInfo user, Optional<String> database, Parts parts) {
    UriOptions options = parts.options;
    Optional<Credential> credential =
        CredentialOptions.credential(user.name, user.password, database, options);
    boolean directConnection = options.flag("directConnection", false);
    boolean loadBalanced = options.flag("loadBalanced", false);
    Optional<String> replicaSet = options.string("replicaSet");
    int seedCount = parts.seeds.size();
    if (directConnection) {
      refuseIf(parts.srv.isPresent(), "directConnection", "a host", "one that DNS stands for");
      refuseIf(seedCount > 1, "directConnection", "one host", seedCount + " hosts");
    }
    if (loadBalanced) {
      refuseIf(seedCount > 1, "loadBalanced", "one host", seedCount + " hosts");
      refuseIf(replicaSet.isPresent(), "loadBalanced", "no replicaSet", "one");
      refuseIf(directConnection, "loadBalanced", "no directConnection", "one");
    }
    if (parts.srv.isPresent() && parts.srv.get().maxHosts() > 0) {
      refuseIf(replicaSet.isPresent(), "srvMaxHosts", "no replicaSet", "one");
      refuseIf(loadBalanced, "srvMaxHosts", "no loadBalanced", "one");
    }
    warnOfOthers(options);
    Duration selectionTimeout =
        options.millis("serverSelectionTimeoutMS", 0, SERVER_SELECTION_TIMEOUT);
    return new ConnectionString(
        parts.seeds,
        parts.srv,
        database,
        credential,
        TlsUriOptions.read(options, /* otherwise= */ parts.srv.isPresent()),
        replicaSet,
        directConnection,
        loadBalanced,
        appName(options),
        readPreference(options),
        selectionTimeout,
        options.millis("connectTimeoutMS", 0, Duration.ofSeconds(10)),
        options.millis("socketTimeoutMS", 0, Duration.ZERO),
        options.millis(
            "heartbeatFrequencyMS",
            (int) ConnectionString.MIN_HEARTBEAT_FREQUENCY.toMillis(),
            Duration.ofSeconds(10)),
        options.millis("localThresholdMS", 0, Duration.ofMillis(15)),
        pool(options, selectionTimeout),
        serverMonitoringMode(options),
        compressors(options),
        zlibCompressionLevel(options),
        options.warnings());
  }

  /**
   * Names the options of the URI options specification that nothing here reads: what they are about
   * is a stream's to say, or is not done.
   */
  private static void warnOfOthers(UriOptions options) {
    for (String name : options.names()) {
      switch (name.toLowerCase(Locale.ROOT)) {
        case "timeoutms" -> options.warnOfNoEffect(name, "a stream has an option timeout");
        case "retryreads" -> options.warnOfNoEffect(name, "a stream has an option retryReads");
        case "readconcernlevel" ->
            options.warnOfNoEffect(name, "a stream has an option readConcern");
        case "maxadaptiveretries" ->
            options.warnOfNoEffect(name, "a stream has an option resumePolicy");
        case "enableoverloadretargeting" ->
            options.warnOfNoEffect(name, "another server than one that has just failed goes first");
        case "retrywrites", "w", "wtimeoutms", "journal" ->
            options.warnOfNoEffect(name, "nothing is written");
        case "serverselectiontryonce" ->
            options.warnOfNoEffect(name, "servers are looked for while the time lasts");
        default -> {}
      }
    }
  }

  private static void refuseIf(boolean wrong, String option, String expected, String found) {
    if (wrong) {
      throw new ConnectionStringException(
          "option " + option + ": expected " + expected + ", found " + found);
    }
  }

  private static PoolOptions pool(UriOptions options, Duration selectionTimeout) {
    int maxPoolSize = options.integer("maxPoolSize", 0).orElse(0);
    int minPoolSize = options.integer("minPoolSize", 0).orElse(0);
    if (maxPoolSize > 0 && minPoolSize > maxPoolSize) {
      options.warn("minPoolSize", "at most the maxPoolSize of " + maxPoolSize, "" + minPoolSize);
      minPoolSize = 0;
    }
    return new PoolOptions(
        maxPoolSize,
        minPoolSize,
        options.millis("maxIdleTimeMS", 0, Duration.ZERO),
        options.integer("maxConnecting", 1).orElse(2),
        options.millis(
            "waitQueueTimeoutMS",
            0,
            selectionTimeout.isZero() ? SERVER_SELECTION_TIMEOUT : selectionTimeout));
  }

  private static Optional<String> appName(UriOptions options) {
    Optional<String> appName = options.string("appName");
    int length = appName.orElse("").getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_APP_NAME_BYTES) {
      options.warn("appName", "at most " + MAX_APP_NAME_BYTES + " bytes", length + " bytes");
      return Optional.empty();
    }
    return appName;
  }

  private static MonitoringMode serverMonitoringMode(UriOptions options) {
    String mode = options.string("serverMonitoringMode").orElse("auto");
    return switch (mode) {
      case "auto" -> MonitoringMode.AUTO;
      case "stream" -> MonitoringMode.STREAM;
      case "poll" -> MonitoringMode.POLL;
      default -> {
        options.warn("serverMonitoringMode", "auto, stream or poll", mode);
        yield MonitoringMode.AUTO;
      }
    };
  }

  private static List<String> compressors(UriOptions options) {
    List<String> compressors = new ArrayList<>();
    for (String name : String.join(",", options.list("compressors")).split(",", -1)) {
      if (Compressors.NAMES.contains(name)) {
        compressors.add(name);
      } else if (!name.isEmpty()) {
        options.warn("compressors", "some of " + Compressors.NAMES, name);
      }
    }
    return compressors;
  }

  private static int zlibCompressionLevel(UriOptions options) {
    int level =
        options
            .integer("zlibCompressionLevel", Compressors.DEFAULT_ZLIB_LEVEL)
            .orElse(Compressors.DEFAULT_ZLIB_LEVEL);
    if (level > BEST_ZLIB_LEVEL) {
      options.warn("zlibCompressionLevel", "-1 to " + BEST_ZLIB_LEVEL, Integer.toString(level));
      return Compressors.DEFAULT_ZLIB_LEVEL;
    }
    return level;
  }

  private static ReadPreference readPreference(UriOptions options) {
    ReadPreference.Mode mode =
        options
            .string("readPreference")
            .flatMap(name -> mode(name, options))
            .orElse(ReadPreference.Mode.PRIMARY);
    Optional<Duration> maxStaleness =
        options
            .integer("maxStalenessSeconds", -1)
            .filter(seconds -> seconds >= 0) // -1 stands for no limit.
            .map(Duration::ofSeconds);
    try {
      return new ReadPreference(mode, tagSets(options), maxStaleness);
    } catch (IllegalArgumentException e) {
      throw new ConnectionStringException("option " + e.getMessage());
    }
  }

  private static Optional<ReadPreference.Mode> mode(String name, UriOptions options) {
    Optional<ReadPreference.Mode> found =
        Arrays.stream(ReadPreference.Mode.values())
            .filter(mode -> mode.specName().equalsIgnoreCase(name))
            .findFirst();
    if (found.isEmpty()) {
      options.warn("readPreference", "primary, primaryPreferred, secondary, ... nearest", name);
    }
    return found;
  }

  private static List<Map<String, String>> tagSets(UriOptions options) {
    List<Map<String, String>> tagSets = new ArrayList<>();
    for (String text : options.list("readPreferenceTags")) {
      Map<String, String> tagSet = new LinkedHashMap<>();
      boolean valid = true;
      for (String tag : text.isEmpty() ? new String[0] : text.split(",", -1)) {
        int colon = tag.indexOf(':');
        valid &= colon > 0;
        tagSet.put(tag.substring(0, Math.max(colon, 0)), tag.substring(colon + 1));
      }
      if (valid) {
        tagSets.add(Collections.unmodifiableMap(tagSet));
      } else {
        options.warn("readPreferenceTags", "name:value,name:value", text);
      }
    }
    // Sets that are all empty ask for nothing, and are legal with every mode.
    return tagSets.stream().allMatch(Map::isEmpty) ? List.of() : tagSets;
  }
}
