package dev.tailrace.benchmarks.server;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.tailrace.benchmarks.process.ParentProcess;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * A process that measures one server, with the official driver. Arguments: its connection string,
 * the number of its process, and how many inserts are to be its history. Prints its {@link
 * Figure}s.
 */
public final class MeasuringProcess implements AutoCloseable {

  /** Enough for a 99th percentile, where the server is not too slow for that many. */
  private static final int SAMPLES = 500;

  private static final long SAMPLING_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * A client that is never answered before there is an event has its code compiled by then, too.
   */
  private static final int WARM_UP_PINGS = 30_000;

  /** A fresh server has seen twice as many inserts. */
  private static final int WARM_UP_SAMPLES = 3_000;

  private static final int INSERTS_IN_BATCH = 1_000;

  /** What reads from a token is compiled by then. */
  private static final int WARM_UP_RUNS = 3;

  /**
   * The best of these counts: a server's code is compiled while they run, and its history grows, by
   * as much as is read from the token later.
   */
  private static final int LIVE_RUNS = 10;

  /** Long enough for the stream to have its next {@code getMore} at the server. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Longer than idle streams are looked at: what waits so long sends nothing meanwhile. */
  private static final long LONG_AWAIT_SECONDS = 10;

  private static final long SETTLING_MILLIS = 1_000;
  private static final long IDLE_MILLIS = 5_000;
  private static final long PATIENCE_SECONDS = 60;

  private final ProcessHandle server;
  private final int inserts;
  private final AtomicInteger getMores = new AtomicInteger();
  private final MongoClient client;
  private final MongoDatabase shop;
  private final MongoCollection<Document> orders;
  private final ExecutorService reader = Executors.newSingleThreadExecutor();
  private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);
  private int inserted;

  private MeasuringProcess(String connectionString, ProcessHandle server, int inserts) {
    this.server = server;
    this.inserts = inserts;
    CommandListener counter =
        new CommandListener() {
          @Override
          public void commandStarted(CommandStartedEvent event) {
            if (event.getCommandName().equals("getMore")) {
              getMores.incrementAndGet();
            }
          }
        };
    this.client =
        MongoClients.create(
            MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(connectionString))
                .addCommandListener(counter)
                .build());
    this.shop = client.getDatabase("shop");
    this.orders = shop.getCollection("orders");
  }

  /** Measures, and prints what was found. */
  public static void main(String[] arguments) throws Exception {
    ParentProcess.endWithIt();
    ProcessHandle server = ProcessHandle.of(Long.parseLong(arguments[1])).orElseThrow();
    try (MeasuringProcess process =
        new MeasuringProcess(arguments[0], server, Integer.parseInt(arguments[2]))) {
      process.measure();
      System.out.println(Figure.toLine(process.figures));
    }
  }

  private void measure() throws Exception {
    ping(WARM_UP_PINGS, /* pauseNanos= */ 0);
    latency(WARM_UP_SAMPLES);
    getMore(WARM_UP_SAMPLES);
    figures.put(Figure.PING_FRESH, ping(SAMPLES, PAUSE_NANOS));
    put(Figure.LATENCY_P50_FRESH, Figure.LATENCY_P99_FRESH, latency(SAMPLES));
    put(Figure.GET_MORE_FRESH, Figure.CPU_FRESH, getMore(SAMPLES));
    figures.put(Figure.IDLE_CPU_FRESH, idleStream());

    Live live = bestOfLive();
    figures.put(Figure.EVENTS_LIVE, live.eventsInSecond);
    figures.put(Figure.CPU_LIVE, live.serverMicros);
    figures.put(Figure.CLIENT_CPU_LIVE, live.clientMicros);
    BsonDocument token = tokenOfNow();
    insert(inserts);
    for (int i = 0; i < WARM_UP_RUNS; i++) {
      fromToken(token);
    }
    put(Figure.EVENTS_FROM_TOKEN, Figure.CPU_FROM_TOKEN, fromToken(token));

    put(Figure.LATENCY_P50_HISTORY, Figure.LATENCY_P99_HISTORY, latency(SAMPLES));
    put(Figure.GET_MORE_HISTORY, Figure.CPU_HISTORY, getMore(SAMPLES));
    figures.put(Figure.REST_CPU, cpuMillisInSecond());
    figures.put(Figure.IDLE_CPU_HISTORY, idleStream());
  }

  private void put(Figure first, Figure second, Pair pair) {
    figures.put(first, pair.first);
    figures.put(second, pair.second);
  }

  /** What a command takes that does nothing: no insert can be seen by anybody much sooner. */
  private double ping(int samples, long pauseNanos) {
    Histogram nanos = new Histogram(3);
    Document ping = new Document("ping", 1);
    for (int i = 0; i < samples; i++) {
      LockSupport.parkNanos(pauseNanos);
      long beforeNanos = System.nanoTime();
      shop.runCommand(ping);
      nanos.recordValue(System.nanoTime() - beforeNanos);
    }
    return nanos.getValueAtPercentile(50) / 1000.0;
  }

  /** From the moment before an insert until a stream has its event, one after another. */
  private Pair latency(int samples) throws Exception {
    Histogram nanos = new Histogram(3);
    LinkedBlockingQueue<Long> seenNanos = new LinkedBlockingQueue<>();
    try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream = orders.watch().cursor()) {
      Future<?> reading =
          reader.submit(
              () -> {
                for (ChangeStreamDocument<Document> event = stream.next();
                    !isLast(event);
                    event = stream.next()) {
                  seenNanos.add(System.nanoTime());
                }
              });
      long untilNanos = System.nanoTime() + SAMPLING_NANOS;
      for (int i = 0; i < samples && System.nanoTime() < untilNanos; i++) {
        LockSupport.parkNanos(PAUSE_NANOS);
        long beforeNanos = System.nanoTime();
        orders.insertOne(order());
        Long atNanos = seenNanos.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (atNanos == null) {
          throw new IllegalStateException("no event of insert " + i);
        }
        nanos.recordValue(atNanos - beforeNanos);
      }
      orders.insertOne(order().append("last", true));
      reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    return new Pair(
        nanos.getValueAtPercentile(50) / 1000.0, nanos.getValueAtPercentile(99) / 1000.0);
  }

  private static boolean isLast(ChangeStreamDocument<Document> event) {
    Document inserted = event.getFullDocument();
    return inserted != null && inserted.containsKey("last");
  }

  /** What a {@code getMore} takes that has an event to give, and with its insert of the server. */
  private Pair getMore(int samples) {
    Document opened =
        shop.runCommand(
            Document.parse(
                "{aggregate: 'orders', pipeline: [{$changeStream: {}}], cursor: {batchSize: 0}}"));
    Document getMore =
        new Document("getMore", opened.get("cursor", Document.class).get("id"))
            .append("collection", "orders");
    Histogram nanos = new Histogram(3);
    long cpuBefore = cpuNanos(server);
    int count = 0;
    long untilNanos = System.nanoTime() + SAMPLING_NANOS;
    for (; count < samples && System.nanoTime() < untilNanos; count++) {
      orders.insertOne(order());
      long beforeNanos = System.nanoTime();
      Document cursor = shop.runCommand(getMore).get("cursor", Document.class);
      nanos.recordValue(System.nanoTime() - beforeNanos);
      if (cursor.getList("nextBatch", Document.class).size() != 1) {
        throw new IllegalStateException("expected the event of the last insert: " + cursor);
      }
    }
    double cpuMicros = (cpuNanos(server) - cpuBefore) / 1000.0 / count;
    shop.runCommand(
        new Document("killCursors", "orders")
            .append("cursors", List.of(getMore.getLong("getMore"))));
    return new Pair(nanos.getValueAtPercentile(50) / 1000.0, cpuMicros);
  }

  /** The server's processor time while a stream waits, in milliseconds a second. */
  private double idleStream() throws Exception {
    ChangeStreamIterable<Document> patient =
        orders.watch().maxAwaitTime(LONG_AWAIT_SECONDS, TimeUnit.SECONDS);
    try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream = patient.cursor()) {
      Future<?> reading = reader.submit(stream::next);
      Thread.sleep(SETTLING_MILLIS);
      int getMoresBefore = getMores.get();
      double cpu = cpuMillisInSecond();
      figures.put(Figure.IDLE_GET_MORES, (getMores.get() - getMoresBefore) * 1000.0 / IDLE_MILLIS);
      orders.insertOne(order());
      reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return cpu;
    }
  }

  private double cpuMillisInSecond() throws InterruptedException {
    long cpuBefore = cpuNanos(server);
    Thread.sleep(IDLE_MILLIS);
    return (cpuNanos(server) - cpuBefore) / 1e6 / (IDLE_MILLIS / 1000.0);
  }

  /** A process's processor time since it began. */
  private static long cpuNanos(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow().toNanos();
  }

  private Live bestOfLive() throws Exception {
    Live best = live(inserts / LIVE_RUNS);
    for (int i = 1; i < LIVE_RUNS; i++) {
      Live run = live(inserts / LIVE_RUNS);
      best = run.eventsInSecond > best.eventsInSecond ? run : best;
    }
    return best;
  }

  /** From the first insert until the event of the last of them is there. */
  private Live live(int count) throws Exception {
    try (MongoCursor<RawBsonDocument> stream =
        orders.watch().withDocumentClass(RawBsonDocument.class).cursor()) {
      Future<?> reading = reader.submit(() -> read(stream, count));
      long serverBefore = cpuNanos(server);
      long clientBefore = cpuNanos(ProcessHandle.current());
      long beforeNanos = System.nanoTime();
      insert(count);
      reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return new Live(
          count * 1e9 / (System.nanoTime() - beforeNanos),
          (cpuNanos(server) - serverBefore) / 1000.0 / count,
          (cpuNanos(ProcessHandle.current()) - clientBefore) / 1000.0 / count);
    }
  }

  /** Events in a second, from opening the stream until all later inserts have been read. */
  private Pair fromToken(BsonDocument token) {
    long cpuBefore = cpuNanos(server);
    long beforeNanos = System.nanoTime();
    try (MongoCursor<RawBsonDocument> stream =
        orders.watch().resumeAfter(token).withDocumentClass(RawBsonDocument.class).cursor()) {
      read(stream, inserts);
      double inSecond = inserts * 1e9 / (System.nanoTime() - beforeNanos);
      return new Pair(inSecond, (cpuNanos(server) - cpuBefore) / 1000.0 / inserts);
    }
  }

  private BsonDocument tokenOfNow() throws Exception {
    try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream = orders.watch().cursor()) {
      orders.insertOne(order());
      return stream.next().getResumeToken();
    }
  }

  /** Takes them as they come, undecoded: it is not the driver that is measured. */
  private static void read(MongoCursor<RawBsonDocument> stream, int count) {
    for (int i = 0; i < count; i++) {
      stream.next();
    }
  }

  private void insert(int count) {
    for (int done = 0; done < count; done += INSERTS_IN_BATCH) {
      int batch = Math.min(INSERTS_IN_BATCH, count - done);
      orders.insertMany(IntStream.range(0, batch).mapToObj(i -> order()).toList());
    }
  }

  private Document order() {
    int id = inserted++;
    return new Document("_id", id).append("customer", "customer-" + id).append("total", id * 0.5);
  }

  @Override
  public void close() {
    reader.shutdownNow();
    client.close();
  }

  private record Pair(double first, double second) {}

  /** What an event costs that is written and read at once. */
  private record Live(double eventsInSecond, double serverMicros, double clientMicros) {}
}
