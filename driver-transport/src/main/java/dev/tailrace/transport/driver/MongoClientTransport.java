package dev.tailrace.transport.driver;

import static java.util.Objects.requireNonNull;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoDriverInformation;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterDescription;
import com.mongodb.connection.ConnectionPoolSettings;
import com.mongodb.connection.ServerDescription;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.engine.transport.realtime.DaemonThreads;
import dev.tailrace.engine.transport.realtime.SystemTimers;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.RawBsonDocumentCodec;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Transport} over the official Java driver, for deployments that take what only the driver
 * has: authentication by OIDC, AWS or Kerberos, client-side field level encryption, a proxy. Where
 * none of that is needed {@code TcpTransport} costs less.
 *
 * <p>It makes a {@link MongoClient} of its own from the user's settings, which finds the servers,
 * connects, authenticates and tells the cluster time as it always does. From the settings it takes
 * everything but this:
 *
 * <ul>
 *   <li>Reads and writes are not retried by the driver: retrying is the engine's.
 *   <li>{@code timeoutMS} does not count; {@code ChangeStreamOptions.timeout} does.
 *   <li>A pool of the driver's usual 100 connections has no limit here, as each waiting stream
 *       needs one. Any other limit is kept to, and with it the stream that is one too many waits.
 *   <li>A server selector of the user's is asked where a stream is opened, and not for what belongs
 *       to a cursor, which is at one server.
 * </ul>
 *
 * <h2>Limits</h2>
 *
 * <ul>
 *   <li>It cannot be put over a {@code MongoClient} that exists: such a one cannot be told which
 *       server a {@code getMore} has to go to.
 *   <li>Load balancers are refused: behind one a cursor is bound to a connection, and the driver
 *       gives out none.
 *   <li>On platform threads (before Java 21) a read from a socket cannot be interrupted. An
 *       exchange that is given up while it waits for a reply is over for the engine at once, but
 *       its thread and its connection only when the server answers: a {@code getMore} at once,
 *       because its cursor is killed for that, as soon as the pool has a connection to do so; an
 *       aggregate when it is done; and where the server is dead when the driver notices, or the
 *       settings' socket timeout is over. Virtual threads are freed at once.
 *   <li>{@code maxTimeMS}, where the time left decides it, is reckoned before the driver looks for
 *       a server.
 *   <li>Replies that say no are decoded by the driver and encoded again: they say the same in the
 *       same order. Of error 50, MaxTimeMSExpired, only code, message and labels are left.
 *   <li>{@code getMore} and {@code killCursors} carry a {@code $readPreference} of {@code nearest},
 *       by which the driver lets them go to whichever member has the cursor. Members that are
 *       neither primary nor secondary are not reached.
 *   <li>What the driver logs, its events and its metrics are the driver's.
 * </ul>
 *
 * <p>All threads are daemons (virtual ones since Java 21): one for each exchange while it is under
 * way, one for the timers, and the driver's own.
 */
public final class MongoClientTransport implements Transport {

  private static final System.Logger LOG = System.getLogger(MongoClientTransport.class.getName());

  /** How long {@link #close} waits for servers to hear what is over. */
  private static final long FAREWELL_MILLIS = 1000;

  private static final MongoDriverInformation TAILRACE =
      MongoDriverInformation.builder().driverName("tailrace").build();

  private static final CodecRegistry CODECS =
      CodecRegistries.fromCodecs(new RawBsonDocumentCodec(), new BsonDocumentCodec());

  private final MongoClient client;
  private final ReadPreference readPreference;
  private final boolean hasTimeout;
  private final LogicalSessions sessions;
  private final SystemTimers timers = new SystemTimers();
  private final ExecutorService workers =
      Executors.newCachedThreadPool(new DaemonThreads("exchange"));
  private final Set<DriverExchange> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final DriverExchange.Owner owner = new Work();

  private MongoClientTransport(MongoClientSettings settings) {
    PinningSelector selector =
        new PinningSelector(settings.getClusterSettings().getServerSelector(), this::picture);
    readPreference = ReadPreferences.from(settings.getReadPreference());
    hasTimeout = settings.getTimeout(TimeUnit.MILLISECONDS) != null;
    client = MongoClients.create(adapted(settings, selector), TAILRACE);
    sessions = new LogicalSessions(client);
  }

  /**
   * A transport to the deployment that {@code settings} name. Does no I/O that it waits for: a
   * deployment that cannot be reached shows as {@link Outcome.Reason#NO_ELIGIBLE_SERVER} of the
   * requests.
   *
   * @throws IllegalArgumentException if that is behind a load balancer
   * @throws com.mongodb.MongoException if the driver refuses the settings
   */
  public static MongoClientTransport connect(MongoClientSettings settings) {
    if (settings.getClusterSettings().getMode() == ClusterConnectionMode.LOAD_BALANCED) {
      throw new IllegalArgumentException(
          "settings: behind a load balancer the driver cannot keep to the connection of a cursor");
    }
    return new MongoClientTransport(settings);
  }

  private static MongoClientSettings adapted(
      MongoClientSettings settings, PinningSelector selector) {
    return MongoClientSettings.builder(settings)
        .retryReads(false)
        .retryWrites(false)
        .applyToClusterSettings(cluster -> cluster.serverSelector(selector))
        .applyToConnectionPoolSettings(
            pool -> {
              int usual = ConnectionPoolSettings.builder().build().getMaxSize();
              int asked = settings.getConnectionPoolSettings().getMaxSize();
              pool.maxSize(asked == usual ? Integer.MAX_VALUE : asked);
            })
        .addCommandListener(new CallListener())
        .build();
  }

  private ClusterDescription picture() {
    return client.getClusterDescription();
  }

  @Override
  public Exchange send(Request request, Consumer<Outcome> handler) {
    requireNonNull(request, "request");
    requireNonNull(handler, "handler");
    DriverExchange exchange = new DriverExchange(request, handler, owner);
    if (closed.get()) {
      exchange.onTransportClosed();
      return exchange;
    }
    start(exchange);
    if (closed.get()) { // Looked at after the exchange is known, so that one of the two sees it.
      exchange.onTransportClosed();
    }
    return exchange;
  }

  private void start(DriverExchange exchange) {
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

  @Override
  public void await(BooleanSupplier done, long untilNanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
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
    sessions.end(lsid);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Waits for at most a second; what the driver has still to do then it does on a thread of its
   * own.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
    underWay.stream()
        .filter(exchange -> !exchange.isFarewell())
        .forEach(DriverExchange::onTransportClosed);
    try {
      awaitFarewells(untilNanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The rest of close does not wait.
    }
    underWay.forEach(DriverExchange::onTransportClosed);
    CountDownLatch clientClosed = closeClient();
    timers.close();
    workers.shutdown();
    try {
      if (!clientClosed.await(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        LOG.log(System.Logger.Level.DEBUG, "the driver is still closing");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitFarewells(long untilNanos) throws InterruptedException {
    for (DriverExchange exchange : underWay) {
      if (exchange.isFarewell() && !exchange.awaitEnd(untilNanos)) {
        LOG.log(System.Logger.Level.DEBUG, "no answer to {0} before closing", exchange);
      }
    }
  }

  /** The driver tells the servers of the sessions that are over, and waits for their answer. */
  private CountDownLatch closeClient() {
    CountDownLatch done = new CountDownLatch(1);
    workers.execute(
        () -> {
          try {
            sessions.endAll();
            client.close();
          } finally {
            done.countDown();
          }
        });
    return done;
  }

  /** What exchanges need. */
  private final class Work implements DriverExchange.Owner {

    @Override
    public MongoDatabase database(String name) {
      MongoDatabase database = client.getDatabase(name).withCodecRegistry(CODECS);
      return hasTimeout ? database.withTimeout(0, TimeUnit.MILLISECONDS) : database;
    }

    @Override
    public LogicalSessions sessions() {
      return sessions;
    }

    @Override
    public Timers timers() {
      return timers;
    }

    /** Of the server that is known, or the longest of those that it may become. */
    @Override
    public long minRoundTripNanos(Target target) {
      @Nullable String only =
          target instanceof Target.SameServer same ? same.server().address() : null;
      return picture().getServerDescriptions().stream()
          .filter(server -> only == null || server.getAddress().toString().equals(only))
          .filter(ServerDescription::isOk)
          .mapToLong(ServerDescription::getMinRoundTripTimeNanos)
          .max()
          .orElse(0);
    }

    @Override
    public void execute(Runnable task) {
      try {
        workers.execute(task);
      } catch (RejectedExecutionException e) {
        task.run(); // Closed meanwhile, which the exchange has been told.
      }
    }

    @Override
    public void sendFarewell(Request request) {
      start(new DriverExchange(request, outcome -> {}, this));
    }

    @Override
    public Collection<DriverExchange> underWay() {
      return underWay;
    }
  }
}
