package dev.tailrace.wire.tcp;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import java.util.List;
import java.util.Optional;
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
import org.bson.BsonDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Transport} over TCP, to one deployment: a replica set, a single server, or the routers
 * of a sharded cluster.
 *
 * <p>It finds the members itself, watches their roles, and sends each request to a server that may
 * run it, over a connection that no other request waits for. A connection is used again when its
 * exchange is over, and closed when the exchange is abandoned or its time limit over. Making a
 * transport does no I/O: a deployment that cannot be reached shows as {@link
 * Outcome.Reason#NO_ELIGIBLE_SERVER} of the requests, whose message tells what each server last
 * said.
 *
 * <p>All threads are daemons (virtual ones since Java 21): one or two for each server's checks, one
 * for the timers, and one for each exchange while it is under way.
 */
public final class TcpTransport implements Transport {

  private static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);

  /** How long {@link #close} waits for servers to hear what is over. */
  private static final long FAREWELL_MILLIS = 1000;

  private static final ReadPreference ANY_MEMBER =
      ReadPreference.of(ReadPreference.Mode.PRIMARY_PREFERRED);

  private final TransportSettings settings;
  private final Deployment deployment;
  private final ClusterClock clusterClock = new ClusterClock();
  private final Sessions sessions = new Sessions();
  private final Timers timers;
  private final ExecutorService workers =
      Executors.newCachedThreadPool(new DaemonThreads("exchange"));
  private final Set<TcpExchange> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  private TcpTransport(TransportSettings settings, Timers timers) {
    this.settings = settings;
    this.timers = timers;
    this.deployment = new Deployment(settings);
  }

  /**
   * A transport to the deployment at {@code uri}.
   *
   * @param uri a connection string, see {@link ConnectionString}
   * @throws UnsupportedOptionException if it asks for something that comes in a later version
   * @throws ConnectionStringException if it is malformed
   */
  public static TcpTransport connect(String uri) {
    return connect(ConnectionString.parse(uri));
  }

  /** A transport to the deployment at {@code uri}. */
  public static TcpTransport connect(ConnectionString uri) {
    return start(uri, Optional.empty(), new SystemTimers());
  }

  /**
   * A transport to the deployment at {@code uri}, on behalf of a library that wraps it.
   *
   * @param wrapper shown in the servers' logs beside the transport's own name
   */
  public static TcpTransport connect(ConnectionString uri, DriverInfo wrapper) {
    return start(uri, Optional.of(wrapper), new SystemTimers());
  }

  /** A transport whose requests' time limits go by other timers than the machine's: a test's. */
  static TcpTransport connect(String uri, Timers timers) {
    return start(ConnectionString.parse(uri), Optional.empty(), timers);
  }

  private static TcpTransport start(
      ConnectionString uri, Optional<DriverInfo> wrapper, Timers timers) {
    uri.warnings().forEach(warning -> LOG.warn("connection string: {}", warning));
    TcpTransport transport =
        new TcpTransport(
            new TransportSettings(uri, ClientMetadata.of(uri.appName(), wrapper)), timers);
    transport.deployment.start();
    return transport;
  }

  @Override
  public Exchange send(Request request, Consumer<Outcome> handler) {
    requireNonNull(request, "request");
    requireNonNull(handler, "handler");
    TcpExchange exchange = exchange(request, handler);
    start(exchange);
    if (closed.get()) { // Looked at after the exchange is known, so that one of the two sees it.
      exchange.onTransportClosed();
    }
    return exchange;
  }

  private TcpExchange exchange(Request request, Consumer<Outcome> handler) {
    return new TcpExchange(request, handler, deployment, settings, clusterClock, timers);
  }

  private void start(TcpExchange exchange) {
    underWay.add(exchange);
    try {
      workers.execute(
          () -> {
            try {
              exchange.run();
            } finally {
              underWay.remove(exchange);
            }
          });
    } catch (RejectedExecutionException e) {
      underWay.remove(exchange);
      exchange.onTransportClosed();
      exchange.run(); // Given up already, so it does nothing but say so.
    }
  }

  @Override
  public Timers timers() {
    return timers;
  }

  @Override
  public void await(BooleanSupplier done, long untilNanos) throws InterruptedException {
    long nanos = untilNanos - timers.nanoTime();
    if (!done.getAsBoolean() && nanos > 0) {
      LockSupport.parkNanos(this, nanos);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
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
      start(exchange(request, outcome -> {}));
    }
  }
}
