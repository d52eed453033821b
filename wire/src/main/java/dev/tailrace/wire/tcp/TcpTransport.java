package dev.tailrace.wire.tcp;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.engine.transport.realtime.DaemonThreads;
import dev.tailrace.engine.transport.realtime.SystemTimers;
import dev.tailrace.wire.auth.Credential;
import dev.tailrace.wire.auth.Mechanism;
import dev.tailrace.wire.dns.DnsResolver;
import dev.tailrace.wire.dns.JndiResolver;
import dev.tailrace.wire.event.WireListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Transport} over TCP, to one deployment: a replica set, a single server, the routers of a
 * sharded cluster, or a load balancer before them.
 *
 * <p>It finds the members itself, watches their roles, and sends each request to a server that may
 * run it, over a connection that no other request waits for. A connection is used again when its
 * exchange is over, and closed when the exchange is abandoned or its time limit over. Making a
 * transport does no I/O, asking DNS for its servers neither: a deployment that cannot be found or
 * reached shows as {@link Outcome.Reason#NO_ELIGIBLE_SERVER} of the requests, whose message tells
 * what each server last said.
 *
 * <p>All threads are daemons (virtual ones since Java 21): one or two for each server's checks, one
 * for the timers, one that asks DNS where there is need to, and one for each exchange while it is
 * under way.
 */
public final class TcpTransport implements Transport {

  private static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);

  /** How long {@link #close} waits for servers to hear what is over. */
  private static final long FAREWELL_MILLIS = 1000;

  /**
   * How long a lent thread waits for a reply before the wait is handed to another. A busy stream's
   * replies are there sooner; an idle one's may take as long as they like. An interrupt is noticed
   * that late, too.
   */
  private static final int LENT_MILLIS = 20;

  private static final ReadPreference ANY_MEMBER =
      ReadPreference.of(ReadPreference.Mode.PRIMARY_PREFERRED);

  /** Set on threads that are lent. */
  private static final ThreadLocal<@Nullable LentThread> LENT_THREAD = new ThreadLocal<>();

  private final Deployment deployment;
  private final ClusterClock clusterClock = new ClusterClock();
  private final Sessions sessions = new Sessions();
  private final Timers timers;
  private final ReadPreference readPreference;
  private final int lentMillis;
  private final ExecutorService workers =
      Executors.newCachedThreadPool(new DaemonThreads("exchange"));
  private final Announcer announcer;
  private final Set<TcpExchange> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  private TcpTransport(
      TransportSettings settings,
      DnsResolver resolver,
      int lentMillis,
      List<WireListener> listeners) {
    this.timers = settings.timers();
    this.readPreference = settings.options().readPreference();
    this.lentMillis = lentMillis;
    this.announcer = new Announcer(listeners);
    this.deployment =
        new Deployment(
            settings,
            resolver,
            new ConnectionPool.Shared(settings.options().pool(), timers, workers, announcer));
  }

  /**
   * A transport to the deployment at {@code uri}. Reads the certificates that it names.
   *
   * @param uri a connection string, see {@link ConnectionString}
   * @throws UnsupportedOptionException if it asks for something that comes in a later version
   * @throws ConnectionStringException if it is malformed, or a file that it names cannot be used
   */
  public static TcpTransport connect(String uri) {
    return builder(uri).connect();
  }

  /**
   * A transport to the deployment at {@code uri}. Reads the certificates that it names.
   *
   * @throws ConnectionStringException if a file that it names cannot be used
   */
  public static TcpTransport connect(ConnectionString uri) {
    return builder(uri).connect();
  }

  /**
   * A transport to the deployment at {@code uri}, with more than a connection string can say.
   *
   * @throws UnsupportedOptionException if it asks for something that comes in a later version
   * @throws ConnectionStringException if it is malformed
   */
  public static Builder builder(String uri) {
    return builder(ConnectionString.parse(uri));
  }

  /** A transport to the deployment at {@code uri}, with more than a connection string can say. */
  public static Builder builder(ConnectionString uri) {
    return new Builder(uri);
  }

  /** What a transport is made of beside its connection string. Not thread-safe. */
  public static final class Builder {

    private final ConnectionString uri;
    private Optional<DriverInfo> driverInfo = Optional.empty();
    private Optional<SSLContext> sslContext = Optional.empty();
    private final List<WireListener> listeners = new ArrayList<>();
    private DnsResolver resolver = new JndiResolver();
    private Supplier<Timers> timers = SystemTimers::new;
    private int lentMillis = LENT_MILLIS;

    private Builder(ConnectionString uri) {
      this.uri = requireNonNull(uri, "uri");
    }

    /** The library that wraps the transport, for the servers' logs beside its own name. */
    public Builder driverInfo(DriverInfo wrapper) {
      driverInfo = Optional.of(wrapper);
      return this;
    }

    /**
     * What connections are encrypted by, whether the connection string says {@code tls=true} or
     * not. Not together with options that name certificates, or believe any.
     */
    public Builder sslContext(SSLContext context) {
      sslContext = Optional.of(context);
      return this;
    }

    /** Has {@code listener} hear of what the transport does, beside those it has already. */
    public Builder listener(WireListener listener) {
      listeners.add(requireNonNull(listener, "listener"));
      return this;
    }

    /** Who is asked for hosts and options that DNS knows: a test's. */
    Builder resolver(DnsResolver dns) {
      resolver = dns;
      return this;
    }

    /** What time limits go by: a test's. */
    Builder timers(Timers clock) {
      timers = () -> clock;
      return this;
    }

    /** How long lent threads wait, whatever the machine has to do: a test's. */
    Builder lentMillis(int millis) {
      lentMillis = millis;
      return this;
    }

    /**
     * Makes the transport, and reads the certificates that the connection string names.
     *
     * @throws ConnectionStringException if one cannot be used, or the connection string contradicts
     *     what else was given
     */
    public TcpTransport connect() {
      uri.doubts().forEach(doubt -> LOG.warn("connection string: {}", doubt));
      Optional<TlsLayer> tls = TlsLayer.of(uri.tls(), sslContext);
      if (tls.isEmpty()) {
        uri.credential().flatMap(Credential::mechanism).ifPresent(TcpTransport::checkWithoutTls);
      }
      TransportSettings settings =
          new TransportSettings(
              uri,
              ClientMetadata.of(uri.appName(), driverInfo),
              TransportSettings.authenticator(uri),
              tls,
              TransportSettings.compressors(uri),
              timers.get());
      TcpTransport transport =
          new TcpTransport(settings, resolver, lentMillis, List.copyOf(listeners));
      transport.deployment.start();
      return transport;
    }
  }

  /** What a mechanism that was asked for is without encryption. */
  private static void checkWithoutTls(Mechanism mechanism) {
    switch (mechanism) {
      case MONGODB_X509 ->
          throw new ConnectionStringException(
              "option authMechanism: MONGODB-X509 works by TLS: expected tls=true");
      case PLAIN -> LOG.warn("PLAIN sends the password readable, as there is no encryption (TLS)");
      case SCRAM_SHA_1, SCRAM_SHA_256 -> {}
    }
  }

  @Override
  public Exchange send(Request request, Consumer<Outcome> handler) {
    requireNonNull(request, "request");
    requireNonNull(handler, "handler");
    TcpExchange exchange = exchange(request, handler);
    underWay.add(exchange);
    @Nullable LentThread lent = LENT_THREAD.get();
    if (lent == null || !lent.takes(exchange, this)) {
      start(exchange, exchange);
    }
    if (closed.get()) { // Looked at after the exchange is known, so that one of the two sees it.
      exchange.onTransportClosed();
    }
    return exchange;
  }

  private TcpExchange exchange(Request request, Consumer<Outcome> handler) {
    return new TcpExchange(request, handler, deployment, clusterClock, timers, announcer);
  }

  /**
   * Runs an exchange, or what is left of it, on a thread of its own.
   *
   * @param rest what is left of it
   */
  private void start(TcpExchange exchange, Runnable rest) {
    try {
      workers.execute(
          () -> {
            try {
              rest.run();
            } finally {
              underWay.remove(exchange);
            }
          });
    } catch (RejectedExecutionException e) {
      underWay.remove(exchange);
      exchange.onTransportClosed();
      rest.run(); // Given up already, so it does nothing but say so.
    }
  }

  @Override
  public ReadPreference readPreference() {
    return readPreference;
  }

  @Override
  public Timers timers() {
    return timers;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Not virtual threads: an interrupt closes the socket that one reads from.
   */
  @Override
  public Loan lend() {
    if (DaemonThreads.isVirtual(Thread.currentThread())) {
      return () -> {};
    }
    @Nullable LentThread before = LENT_THREAD.get();
    LentThread lent = new LentThread(this);
    LENT_THREAD.set(lent);
    return () -> {
      LENT_THREAD.set(before);
      lent.exchanges.forEach(exchange -> start(exchange, exchange));
    };
  }

  @Override
  public void await(BooleanSupplier done, long untilNanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long nanos = untilNanos - timers.nanoTime();
    if (!done.getAsBoolean() && nanos > 0) {
      @Nullable LentThread lent = LENT_THREAD.get();
      @Nullable TcpExchange exchange =
          lent == null || lent.to != this ? null : lent.exchanges.poll();
      if (exchange == null) {
        LockSupport.parkNanos(this, nanos);
      } else {
        carry(exchange, nanos);
      }
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private void carry(TcpExchange exchange, long nanos) {
    long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
    @Nullable Runnable rest = exchange.carry((int) Math.min(lentMillis, millis));
    if (rest == null) {
      underWay.remove(exchange);
    } else {
      start(exchange, rest);
    }
  }

  /** What a thread has sent since it was lent, and nobody has begun. */
  private static final class LentThread {

    private final TcpTransport to;
    private final Queue<TcpExchange> exchanges = new ArrayDeque<>();

    LentThread(TcpTransport to) {
      this.to = to;
    }

    /** One at a time, as a thread can carry no more; others are better off on their own. */
    boolean takes(TcpExchange exchange, TcpTransport transport) {
      return to == transport
          && exchanges.isEmpty()
          && !exchange.isFarewell()
          && exchanges.add(exchange);
    }
  }

  @Override
  public BsonDocument startSession() {
    return sessions.start();
  }

  @Override
  public void endSession(BsonDocument lsid) {
    if (sessions.end(lsid)) {
      sendEndSessions(sessions.takeEndSessions());
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Waits for at most a second: for servers to hear which cursors and sessions are over, if
   * there are any and a server is there.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      sayFarewell();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The rest of close does not wait.
    }
    underWay.forEach(TcpExchange::onTransportClosed);
    deployment.close();
    if (timers instanceof SystemTimers ours) {
      ours.close();
    }
    workers.shutdown();
  }

  /** Tells of the sessions that are over, and lets killCursors get there that are under way. */
  private void sayFarewell() throws InterruptedException {
    if (deployment.canSelect(ANY_MEMBER)) {
      sendEndSessions(sessions.takeEndSessions());
    }
    long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
    for (TcpExchange exchange : underWay) {
      if (exchange.isFarewell() && !exchange.awaitEnd(untilNanos)) {
        LOG.debug("no answer to {} in {} ms", exchange, FAREWELL_MILLIS);
      }
    }
  }

  private void sendEndSessions(List<BsonDocument> commands) {
    for (BsonDocument command : commands) {
      Request request = new Request(new Target.AnyEligible(ANY_MEMBER), "admin", command);
      TcpExchange exchange = exchange(request, outcome -> {});
      underWay.add(exchange);
      start(exchange, exchange);
    }
  }
}
