package dev.tailrace.benchmarks.server;

import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import dev.tailrace.benchmarks.process.ParentProcess;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * A process that measures one server, with the official driver. Arguments: how many inserts are to
 * be its history, the number of its process, and the connection strings of two: the first is only
 * for having code compiled, so that the second is new when it is measured. Prints its {@link
 * Figure}s.
 */
public final class MeasuringProcess {

  /** Enough for a 99th percentile, where the server is not too slow for that many. */
  private static final int SAMPLES = 500;

  private static final long SAMPLING_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** As many as there is time for. */
  private static final int WARM_UP_SAMPLES = Integer.MAX_VALUE;

  /** The servers that are started for it. */
  public static final int SERVERS = 2;

  /** What reads from a token is compiled by then. */
  private static final int WARM_UP_RUNS = 3;

  /** Long enough for the stream to have its next {@code getMore} at the server. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Longer than idle streams are looked at: what waits so long sends nothing meanwhile. */
  private static final long LONG_AWAIT_SECONDS = 10;

  private static final long SETTLING_MILLIS = 1_000;
  private static final long IDLE_MILLIS = 5_000;

  private final MeasuredServer server;
  private final int inserts;
  private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);

  private MeasuringProcess(MeasuredServer server, int inserts) {
    this.server = server;
    this.inserts = inserts;
  }

  /** Measures, and prints what was found. */
  public static void main(String[] arguments) throws Exception {
    ParentProcess.endWithIt();
    int inserts = Integer.parseInt(arguments[0]);
    try (MeasuredServer server = new MeasuredServer(arguments[2], arguments[1])) {
      new MeasuringProcess(server, inserts).warmUp();
    }
    try (MeasuredServer server = new MeasuredServer(arguments[3], arguments[1])) {
      MeasuringProcess process = new MeasuringProcess(server, inserts);
      process.measure();
      System.out.println(Figure.toLine(process.figures));
    }
  }

  private void warmUp() throws Exception {
    latency(WARM_UP_SAMPLES);
    getMore(WARM_UP_SAMPLES);
    ping(WARM_UP_SAMPLES);
  }

  private void measure() throws Exception {
    figures.put(Figure.PING_FRESH, ping(SAMPLES));
    put(Figure.LATENCY_P50_FRESH, Figure.LATENCY_P99_FRESH, latency(SAMPLES));
    put(Figure.GET_MORE_FRESH, Figure.CPU_FRESH, getMore(SAMPLES));
    figures.put(Figure.IDLE_CPU_FRESH, idleStream());
    put(Figure.EVENTS_FROM_TOKEN, Figure.CPU_FROM_TOKEN, fromToken());

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
  private double ping(int samples) {
    Histogram nanos = new Histogram(3);
    Document ping = new Document("ping", 1);
    long untilNanos = System.nanoTime() + SAMPLING_NANOS;
    for (int i = 0; i < samples && System.nanoTime() < untilNanos; i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      long beforeNanos = System.nanoTime();
      server.shop().runCommand(ping);
      nanos.recordValue(System.nanoTime() - beforeNanos);
    }
    return nanos.getValueAtPercentile(50) / 1000.0;
  }

  /** From the moment before an insert until a stream has its event, one after another. */
  private Pair latency(int samples) throws Exception {
    Histogram nanos = new Histogram(3);
    LinkedBlockingQueue<Long> seenNanos = new LinkedBlockingQueue<>();
    try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream =
        server.orders().watch().cursor()) {
      Future<?> reading =
          server
              .reader()
              .submit(
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
        server.orders().insertOne(server.order());
        Long atNanos = seenNanos.poll(MeasuredServer.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (atNanos == null) {
          throw new IllegalStateException("no event of insert " + i);
        }
        nanos.recordValue(atNanos - beforeNanos);
      }
      server.orders().insertOne(server.order().append("last", true));
      reading.get(MeasuredServer.PATIENCE_SECONDS, TimeUnit.SECONDS);
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
        server
            .shop()
            .runCommand(
                Document.parse(
                    "{aggregate: 'orders', pipeline: [{$changeStream: {}}], cursor: {batchSize: 0}}"));
    Document getMore =
        new Document("getMore", opened.get("cursor", Document.class).get("id"))
            .append("collection", "orders");
    Histogram nanos = new Histogram(3);
    long cpuBefore = server.cpuNanos();
    int count = 0;
    long untilNanos = System.nanoTime() + SAMPLING_NANOS;
    for (; count < samples && System.nanoTime() < untilNanos; count++) {
      server.orders().insertOne(server.order());
      long beforeNanos = System.nanoTime();
      Document cursor = server.shop().runCommand(getMore).get("cursor", Document.class);
      nanos.recordValue(System.nanoTime() - beforeNanos);
      if (cursor.getList("nextBatch", Document.class).size() != 1) {
        throw new IllegalStateException("expected the event of the last insert: " + cursor);
      }
    }
    double cpuMicros = (server.cpuNanos() - cpuBefore) / 1000.0 / count;
    server
        .shop()
        .runCommand(
            new Document("killCursors", "orders")
                .append("cursors", List.of(getMore.getLong("getMore"))));
    return new Pair(nanos.getValueAtPercentile(50) / 1000.0, cpuMicros);
  }

  /** The server's processor time while a stream waits, in milliseconds a second. */
  private double idleStream() throws Exception {
    ChangeStreamIterable<Document> patient =
        server.orders().watch().maxAwaitTime(LONG_AWAIT_SECONDS, TimeUnit.SECONDS);
    try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream = patient.cursor()) {
      Future<?> reading = server.reader().submit(stream::next);
      Thread.sleep(SETTLING_MILLIS);
      int getMoresBefore = server.getMores();
      double cpu = cpuMillisInSecond();
      figures.put(
          Figure.IDLE_GET_MORES, (server.getMores() - getMoresBefore) * 1000.0 / IDLE_MILLIS);
      server.orders().insertOne(server.order());
      reading.get(MeasuredServer.PATIENCE_SECONDS, TimeUnit.SECONDS);
      return cpu;
    }
  }

  private double cpuMillisInSecond() throws InterruptedException {
    long cpuBefore = server.cpuNanos();
    Thread.sleep(IDLE_MILLIS);
    return (server.cpuNanos() - cpuBefore) / 1e6 / (IDLE_MILLIS / 1000.0);
  }

  /** What it takes to read what is inserted after a token. */
  private Pair fromToken() throws Exception {
    BsonDocument token = tokenOfNow();
    server.insert(inserts);
    for (int i = 0; i < WARM_UP_RUNS; i++) {
      fromToken(token);
    }
    return fromToken(token);
  }

  /** Events in a second, from opening the stream until all later inserts have been read. */
  private Pair fromToken(BsonDocument token) {
    long cpuBefore = server.cpuNanos();
    long beforeNanos = System.nanoTime();
    try (MongoCursor<RawBsonDocument> stream =
        server
            .orders()
            .watch()
            .resumeAfter(token)
            .withDocumentClass(RawBsonDocument.class)
            .cursor()) {
      MeasuredServer.read(stream, inserts);
      double inSecond = inserts * 1e9 / (System.nanoTime() - beforeNanos);
      return new Pair(inSecond, (server.cpuNanos() - cpuBefore) / 1000.0 / inserts);
    }
  }

  private BsonDocument tokenOfNow() throws Exception {
    try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream =
        server.orders().watch().cursor()) {
      server.orders().insertOne(server.order());
      return stream.next().getResumeToken();
    }
  }

  private record Pair(double first, double second) {}
}
