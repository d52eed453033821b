package dev.tailrace.benchmarks;

import static java.util.Objects.requireNonNull;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.tailrace.benchmarks.client.Client;
import dev.tailrace.benchmarks.client.EventSource;
import dev.tailrace.benchmarks.process.ParentProcess;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.bson.Document;

/**
 * A process that inserts with the driver and waits for each event, in turns with the driver's
 * stream and with ours. Argument: a connection string. Prints one line for each of {@link
 * Latency#CLIENTS}: the 50th and the 99th percentile in nanoseconds.
 */
final class LatencyProcess implements AutoCloseable {

  private static final int BLOCKS = 10;
  private static final int WARM_UP_BLOCKS = 4;
  private static final int EVENTS_IN_BLOCK = 500;

  /** Long enough for the stream to have its next {@code getMore} at the server. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long PATIENCE_SECONDS = 10;

  private final String connectionString;
  private final MongoClient inserter;
  private final MongoCollection<Document> orders;
  private final ExecutorService watcher = Executors.newSingleThreadExecutor();
  private int inserted;

  private LatencyProcess(String connectionString) {
    this.connectionString = connectionString;
    this.inserter = MongoClients.create(connectionString);
    this.orders = inserter.getDatabase("shop").getCollection("orders");
  }

  /** Measures, and prints what was found. */
  public static void main(String[] arguments) throws Exception {
    ParentProcess.endWithIt();
    Map<Client, Histogram> latencies = new EnumMap<>(Client.class);
    try (LatencyProcess process = new LatencyProcess(arguments[0])) {
      for (int block = -WARM_UP_BLOCKS; block < BLOCKS; block++) {
        if (block == 0) {
          latencies.clear();
        }
        for (Client client : Latency.CLIENTS) {
          process.measureBlock(
              client, latencies.computeIfAbsent(client, unmeasured -> new Histogram(3)));
        }
      }
    }
    for (Client client : Latency.CLIENTS) {
      Histogram latency = requireNonNull(latencies.get(client));
      System.out.println(latency.getValueAtPercentile(50) + " " + latency.getValueAtPercentile(99));
    }
  }

  /** Opens a stream, and takes the latency of some inserts, one after another. */
  private void measureBlock(Client client, Histogram latency) throws Exception {
    BlockingQueue<Long> seenNanos = new LinkedBlockingQueue<>();
    try (EventSource events = client.open(connectionString)) {
      Future<?> watching = watcher.submit(() -> watch(events, seenNanos));
      for (int i = 0; i < EVENTS_IN_BLOCK; i++) {
        LockSupport.parkNanos(PAUSE_NANOS);
        long beforeNanos = System.nanoTime();
        orders.insertOne(new Document("_id", inserted++).append("customer", "customer-1"));
        Long atNanos = seenNanos.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (atNanos == null) {
          throw new IllegalStateException(client.title() + " missed insert " + i);
        }
        latency.recordValue(atNanos - beforeNanos);
      }
      watching.get();
    }
  }

  private static Void watch(EventSource events, BlockingQueue<Long> seenNanos) throws Exception {
    for (int i = 0; i < EVENTS_IN_BLOCK; i++) {
      events.next();
      seenNanos.add(System.nanoTime());
    }
    return null;
  }

  @Override
  public void close() {
    watcher.shutdownNow();
    inserter.close();
  }
}
