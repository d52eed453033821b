package dev.tailrace.fakeserver;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSet;
import com.google.common.net.UrlEscapers;
import com.ongres.scram.common.ScramMechanism;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.fakeserver.auth.NewUser;
import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.core.ReplicaSetCore;
import dev.tailrace.fakeserver.fault.FaultPlan;
import dev.tailrace.fakeserver.fault.Faults;
import dev.tailrace.fakeserver.history.History;
import dev.tailrace.fakeserver.history.Traffic;
import dev.tailrace.fakeserver.network.CoreHost;
import dev.tailrace.fakeserver.network.Listeners;
import dev.tailrace.fakeserver.network.Loopback;
import dev.tailrace.fakeserver.network.RawConnection;
import dev.tailrace.fakeserver.network.ServerTls;
import dev.tailrace.fakeserver.network.ServerTls.ClientCertificates;
import dev.tailrace.fakeserver.network.TcpHost;
import dev.tailrace.fakeserver.network.VirtualHost;
import dev.tailrace.fakeserver.network.VirtualNetwork;
import dev.tailrace.fakeserver.replset.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;

/**
 * A replica set for tests: in this process, in memory, up in milliseconds, and real enough that
 * drivers cannot tell it from one of mongod's.
 *
 * <pre>{@code
 * try (var set = FakeReplicaSet.start(3)) {
 *   set.faults().on("getMore").nth(2).closeConnection();
 *   watchTwoOrders(set.connectionString()); // the code under test
 *   assertThat(set.history().commands("aggregate")).hasSize(2); // opened, and resumed once
 * }
 * }</pre>
 *
 * <p>In real time it listens on loopback ports, all served by one thread. In virtual time ({@link
 * Builder#virtualTime}) it has neither ports nor threads, is reached by {@link #transport} and
 * {@link #connect} alone, and the same seed and the same calls always give the same bytes.
 *
 * <p>Thread-safe. A call that changes the set has done so when it returns, and what follows from it
 * (an election, say) comes in its time.
 *
 * <p>After {@link #close} the set can still be looked at ({@link #history}, {@link #openCursors}
 * and all else that only tells), and its clock can be read and advanced. Whatever would change the
 * set or reach it, here and on its members, faults and network, throws {@link
 * IllegalStateException}. Exchanges of a {@link #transport} fail, those under way and new ones, so
 * that a stream of the engine ends as unreachable once its resume policy gives up; raw connections
 * are closed.
 */
public final class FakeReplicaSet implements AutoCloseable {

  /** The first of January 2026: when virtual time begins. */
  private static final long VIRTUAL_START_MILLIS = 1_767_225_600_000L;

  /** Every transport of a set has chances of its own. */
  private static final long TRANSPORT_SEED_STEP = 0x9E37_79B9_7F4A_7C15L;

  private final AtomicInteger transports = new AtomicInteger();
  private final Builder settings;
  private final CoreHost host;
  private final List<FakeMember> members;
  private final Faults faults;

  private FakeReplicaSet(Builder settings, CoreHost host, List<String> addresses) {
    this.settings = settings;
    this.host = host;
    List<FakeMember> all = new ArrayList<>();
    for (String address : addresses) {
      all.add(new FakeMember(host, all.size(), address));
    }
    members = List.copyOf(all);
    faults =
        new Faults(
            new Faults.Access() {
              @Override
              public <T> T with(Function<FaultPlan, T> edit) {
                return host.look(core -> edit.apply(core.faults()));
              }

              @Override
              public void checkOpen() {
                host.checkOpen();
              }

              @Override
              public boolean knows(String command) {
                return host.look(core -> core.knows(command));
              }

              @Override
              public int members() {
                return members.size();
              }
            });
  }

  /** Starts a set of the newest release in real time, on ports that are free. */
  public static FakeReplicaSet start(int members) {
    return builder().members(members).start();
  }

  /** A set to be made. */
  public static Builder builder() {
    return new Builder();
  }

  /** How a set is made. Not thread-safe. */
  public static final class Builder {

    private static final long DEFAULT_OPLOG_BYTES = 64L * 1024 * 1024;
    private static final Pattern SET_NAME = Pattern.compile("[A-Za-z0-9_.-]+");

    private int members = 1;
    private long seed = 1;
    private ServerVersion version = ServerVersion.NEWEST;
    private String setName = "rs0";
    private boolean standalone;
    private boolean behindLoadBalancer;
    private boolean virtualTime;
    private int firstPort;
    private Duration electionDelay = Duration.ofMillis(50);
    private long oplogBytes = DEFAULT_OPLOG_BYTES;
    private final List<NewUser> users = new ArrayList<>();
    private final List<String> subjects = new ArrayList<>();
    private Optional<SSLContext> tls = Optional.empty();
    private boolean demandsCertificates;

    private Builder() {}

    /** How many members, 1 to 7; 1 unless set. */
    public Builder members(int count) {
      members = count;
      return this;
    }

    /** Decides every id and every throw of the dice; 1 unless set. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** The release that is played; {@link ServerVersion#NEWEST} unless set. */
    public Builder serverVersion(ServerVersion release) {
      version = requireNonNull(release, "serverVersion");
      return this;
    }

    /**
     * The name of the set; {@code rs0} unless set.
     *
     * @throws IllegalArgumentException if it is empty, or has other characters than letters and
     *     digits of ASCII, {@code _}, {@code .} and {@code -}: it stands in connection strings
     */
    public Builder setName(String name) {
      if (!SET_NAME.matcher(requireNonNull(name, "setName")).matches()) {
        throw new IllegalArgumentException(
            "setName: expected letters, digits, _ . and - only, found '" + name + "'");
      }
      setName = name;
      return this;
    }

    /** One mongod that is no replica set: change streams get error 40573. */
    public Builder standalone() {
      standalone = true;
      return this;
    }

    /**
     * One router of a cluster, as it shows itself to clients that come through a load balancer:
     * hello tells them its {@code serviceId}, which is its own for as long as it runs, and refuses
     * those that do not say {@code loadBalanced} (error 354). A connection that ends takes its
     * cursors with it. Several such behind something that spreads connections over them make a
     * cluster behind a load balancer, as far as connections and cursors are concerned; their data
     * are their own.
     */
    public Builder behindLoadBalancer() {
      behindLoadBalancer = true;
      return this;
    }

    /**
     * Time passes only when somebody waits or moves the clock.
     *
     * <p>There are no ports then, so official drivers cannot reach the set: use {@link
     * FakeReplicaSet#transport} and {@link FakeReplicaSet#connect}. A stream's {@code next()} with
     * nothing to come moves the clock for ever and never returns: use {@code poll(Duration)}, which
     * gives up by the same clock.
     */
    public Builder virtualTime() {
      virtualTime = true;
      return this;
    }

    /** The port of the first member, the others' following; unless set, any that are free. */
    public Builder firstPort(int port) {
      firstPort = port;
      return this;
    }

    /**
     * How long the set is without a primary after it lost one; 50 ms unless set.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder electionDelay(Duration delay) {
      if (requireNonNull(delay, "electionDelay").isNegative()) {
        throw new IllegalArgumentException("electionDelay: expected 0 or more, found " + delay);
      }
      electionDelay = delay;
      return this;
    }

    /**
     * How large the oplog may grow, in bytes; 64 MiB unless set. Beyond that its oldest entries go,
     * and with them the tokens of their events (error 286); a member that lags so far behind that
     * it has not applied them is too stale to go on. It grows further only with what the majority
     * of the members has not applied yet.
     */
    public Builder oplogSize(long bytes) {
      oplogBytes = bytes;
      return this;
    }

    /**
     * Adds a user of the database {@code admin}, who may do everything and authenticates by
     * SCRAM-SHA-1 or SCRAM-SHA-256. With the first of them nobody may do anything before it has
     * authenticated but to say hello and the like (error 13): that goes for {@link
     * FakeReplicaSet#transport} and {@link FakeReplicaSet#connect} too.
     *
     * @throws IllegalArgumentException if no server makes such a user: one of them is empty, or the
     *     password has what SASLprep forbids
     */
    public Builder user(String name, String password) {
      return user(name, password, NewUser.ALL_MECHANISMS);
    }

    /**
     * Adds a user who authenticates by SCRAM-SHA-1 alone, as one from before release 4.0; see
     * {@link #user}.
     */
    public Builder userOfOldMechanism(String name, String password) {
      return user(name, password, ImmutableSet.of(ScramMechanism.SCRAM_SHA_1));
    }

    /**
     * Adds a user whom a certificate names: who shows one of that subject, of an authority that the
     * context of {@link #tls} believes, is let in by MONGODB-X509. As with {@link #user}, nobody
     * may do anything then before it has authenticated.
     *
     * @param subject its distinguished name as RFC 2253 writes it, {@code CN=alice,OU=clients} for
     *     one
     * @throws IllegalArgumentException if it is none
     */
    public Builder x509User(String subject) {
      try {
        subjects.add(new X500Principal(subject).getName());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("x509User: no distinguished name: " + subject, e);
      }
      return this;
    }

    /**
     * Has the ports speak TLS and nothing else; who does not is hung up on.
     *
     * @param context with the certificate of the members, who are called {@code 127.0.0.1}; {@link
     *     dev.tailrace.wire.tls.SslContexts#ofFiles} makes one of PEM files
     */
    public Builder tls(SSLContext context) {
      tls = Optional.of(context);
      return this;
    }

    /** With {@link #tls}, has nobody connect without a certificate that the context believes. */
    public Builder demandClientCertificates() {
      demandsCertificates = true;
      return this;
    }

    private Builder user(String name, String password, ImmutableSet<ScramMechanism> mechanisms) {
      if (users.stream().anyMatch(user -> user.name().equals(name))) {
        throw new IllegalArgumentException("user: there is a '" + name + "' already");
      }
      users.add(new NewUser(name, password, mechanisms));
      return this;
    }

    /**
     * Starts the set.
     *
     * @throws IllegalArgumentException if there are no such sets
     * @throws IllegalStateException if it is to have both virtual time and ports, or certificates
     *     without TLS
     * @throws java.io.UncheckedIOException if a port is taken
     */
    public FakeReplicaSet start() {
      if (tls.isEmpty() && (demandsCertificates || !subjects.isEmpty())) {
        throw new IllegalStateException("certificates of clients: they take tls");
      }
      if (virtualTime) {
        if (tls.isPresent()) {
          throw new IllegalStateException("tls: a set in virtual time has no ports to encrypt");
        }
        if (firstPort != 0) {
          throw new IllegalStateException(
              "firstPort: a set in virtual time has no ports, so it cannot begin with port "
                  + firstPort);
        }
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < members; i++) {
          addresses.add("member" + i + ":27017");
        }
        ReplicaSetCore core = new ReplicaSetCore(config(addresses, VIRTUAL_START_MILLIS));
        VirtualHost host = new VirtualHost(core, new Ids(seed ^ 0x6E65_7477_6F72_6BL));
        host.apply(ReplicaSetCore::tick);
        return new FakeReplicaSet(this, host, addresses);
      }
      Listeners listeners = Listeners.open(members, firstPort);
      List<String> addresses = listeners.addresses();
      try {
        // Both at once: what it takes to build the set must not part the two clocks.
        long originNanos = System.nanoTime();
        long startWallMillis = System.currentTimeMillis();
        ReplicaSetCore core = new ReplicaSetCore(config(addresses, startWallMillis));
        return new FakeReplicaSet(
            this, new TcpHost(core, listeners, serverTls(), originNanos), addresses);
      } catch (IllegalArgumentException e) {
        listeners.close();
        throw e;
      }
    }

    private String kind() {
      if (behindLoadBalancer) {
        return "router behind a load balancer";
      }
      return standalone ? "standalone" : setName;
    }

    private String connectionOptions() {
      List<String> options = new ArrayList<>();
      if (behindLoadBalancer) {
        options.add("loadBalanced=true");
      } else if (!standalone) {
        options.add("replicaSet=" + setName);
      }
      if (tls.isPresent()) {
        options.add("tls=true");
      }
      return options.isEmpty() ? "/" : "/?" + String.join("&", options);
    }

    private Optional<ServerTls> serverTls() {
      ClientCertificates certificates =
          demandsCertificates
              ? ClientCertificates.DEMANDED
              : subjects.isEmpty() ? ClientCertificates.NONE : ClientCertificates.OPTIONAL;
      return tls.map(context -> new ServerTls(context, certificates));
    }

    private ReplicaSetCore.Config config(List<String> addresses, long startWallMillis) {
      return new ReplicaSetCore.Config(
          setName,
          addresses,
          seed,
          version,
          standalone,
          behindLoadBalancer,
          electionDelay.toNanos(),
          startWallMillis,
          oplogBytes,
          users,
          subjects);
    }
  }

  /**
   * The connection string that names every member, and no user. It says {@code tls=true} if the set
   * speaks TLS, and leaves it to the client whom to believe.
   *
   * @throws IllegalStateException in virtual time, where there is nothing to connect to by TCP
   */
  public String connectionString() {
    return connectionStringFor("");
  }

  /**
   * The connection string that names every member, for a client that authenticates as that user.
   *
   * @throws IllegalStateException in virtual time, where there is nothing to connect to by TCP
   */
  public String connectionString(String user, String password) {
    return connectionStringFor(percentEncoded(user) + ":" + percentEncoded(password) + "@");
  }

  private static String percentEncoded(String text) {
    return UrlEscapers.urlFormParameterEscaper().escape(text).replace("+", "%20");
  }

  private String connectionStringFor(String userInfo) {
    if (settings.virtualTime) {
      throw new IllegalStateException(
          "a set in virtual time has no ports: use transport() or connect()");
    }
    String hosts = String.join(",", members.stream().map(FakeMember::address).toList());
    return "mongodb://" + userInfo + hosts + settings.connectionOptions();
  }

  /**
   * A new transport for the engine, which reaches the set without sockets. The caller closes it.
   */
  public Transport transport() {
    host.checkOpen();
    return new Loopback(
        host,
        settings.version.maxWireVersion(),
        settings.seed + TRANSPORT_SEED_STEP * transports.getAndIncrement());
  }

  /** A new connection to a member, for commands as they are. The caller closes it. */
  public RawConnection connect(int member) {
    return new RawConnection(host, members.get(member).index());
  }

  /** Every member, in the order of the configuration. */
  public List<FakeMember> members() {
    return members;
  }

  /** The member of that number, from 0. */
  public FakeMember member(int index) {
    return members.get(index);
  }

  /** The primary, or empty while there is none. */
  public Optional<FakeMember> primary() {
    return host.look(
        core -> {
          Member primary = core.set().primary();
          return primary == null
              ? Optional.<FakeMember>empty()
              : Optional.of(members.get(primary.index()));
        });
  }

  /** The release that is played. */
  public ServerVersion serverVersion() {
    return settings.version;
  }

  /** The primary steps down; another member is elected after the election delay. */
  public void stepDown() {
    host.apply(ReplicaSetCore::stepDown);
  }

  /** Kills every open cursor of every member. */
  public void killCursors() {
    host.apply(ReplicaSetCore::killCursors);
  }

  /** Closes every connection to every member. */
  public void closeConnections() {
    host.apply((core, now) -> core.closeConnections(null, now));
  }

  /**
   * Forgets all of the oplog but the newest entry that the majority of the members has, and what
   * comes after: older tokens get error 286. A member that lags behind that entry is too stale to
   * go on: it is neither primary nor secondary until it is started anew.
   */
  public void truncateOplog() {
    host.apply(ReplicaSetCore::truncateOplog);
  }

  /** Faults on demand. */
  public Faults faults() {
    return faults;
  }

  /**
   * What has happened so far, in the order in which the set did it. On the wire a reply to whoever
   * waited goes before the reply to the command that ended the wait.
   */
  public History history() {
    return host.look(core -> core.recorder().history());
  }

  /** How clients have spoken with the set so far. */
  public Traffic traffic() {
    return host.look(ReplicaSetCore::traffic);
  }

  /** The clock that the set lives by. */
  public FakeClock clock() {
    return new FakeClock(host);
  }

  /**
   * The links between clients and members.
   *
   * @throws IllegalStateException in real time, where the links are the machine's
   */
  public VirtualNetwork network() {
    if (host instanceof VirtualHost virtual) {
      return new VirtualNetwork(virtual);
    }
    throw new IllegalStateException("only a set in virtual time has a network of its own");
  }

  /** How many cursors are open on all members. */
  public int openCursors() {
    return host.look(ReplicaSetCore::openCursors);
  }

  /**
   * Waits until so many change streams are open and wait for events.
   *
   * @return whether they were, in time
   * @throws InterruptedException if the thread is interrupted
   */
  public boolean awaitWatchers(int count, Duration within) throws InterruptedException {
    return host.awaitState(core -> core.waitingStreams() >= count, within);
  }

  /**
   * Waits until so many cursors are open on all members, no more and no fewer.
   *
   * @return whether they were, in time
   * @throws InterruptedException if the thread is interrupted
   */
  public boolean awaitCursors(int count, Duration within) throws InterruptedException {
    return host.awaitState(core -> core.openCursors() == count, within);
  }

  /** A hash of everything that the set ever sent, for comparing two runs of one seed. */
  public long outputHash() {
    return host.look(ReplicaSetCore::outputHash);
  }

  /** Closes every connection and frees ports and threads. A second call does nothing. */
  @Override
  public void close() {
    host.close();
  }

  /** The set and its members as they are, for the messages of tests. */
  @Override
  public String toString() {
    return "FakeReplicaSet[%s, release %s, seed %d%s%s: %s]"
        .formatted(
            settings.kind(),
            settings.version,
            settings.seed,
            settings.virtualTime ? ", virtual time" : "",
            host.isOpen() ? "" : ", closed",
            host.look(
                core ->
                    core.set().members().stream()
                        .map(member -> member.address() + " " + member.role())
                        .collect(Collectors.joining(", "))));
  }
}
