package dev.tailrace.benchmarks.server;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.RawBsonDocument;

/** A server that is measured, and the official driver's client of it. */
final class MeasuredServer implements AutoCloseable {

  static final long PATIENCE_SECONDS = 60;
  private static final int INSERTS_IN_BATCH = 1_000;

  private final ProcessHandle server;
  private final AtomicInteger getMores = new AtomicInteger();
  private final MongoClient client;
  private final MongoDatabase shop;
  private final MongoCollection<Document> orders;
  private final ExecutorService reader = Executors.newSingleThreadExecutor();
  private int inserted;

  /**
   * Connects.
   *
   * @param connectionString of the server
   * @param pid the number of its process
   */
  MeasuredServer(String connectionString, String pid) {
    this.server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
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

  MongoDatabase shop() {
    return shop;
  }

  MongoCollection<Document> orders() {
    return orders;
  }

  /** A thread for whoever reads beside the one that writes. */
  ExecutorService reader() {
    return reader;
  }

  /** How many {@code getMore}s the client has sent. */
  int getMores() {
    return getMores.get();
  }

  /** A document that was never inserted. */
  Document order() {
    int id = inserted++;
    return new Document("_id", id).append("customer", "customer-" + id).append("total", id * 0.5);
  }

  /** Inserts new documents, in batches. */
  void insert(int count) {
    for (int done = 0; done < count; done += INSERTS_IN_BATCH) {
      int batch = Math.min(INSERTS_IN_BATCH, count - done);
      orders.insertMany(IntStream.range(0, batch).mapToObj(i -> order()).toList());
    }
  }

  /** Takes events as they come, undecoded: it is not the driver that is measured. */
  static void read(MongoCursor<RawBsonDocument> stream, int count) {
    for (int i = 0; i < count; i++) {
      stream.next();
    }
  }

  /** The server's processor time since it began. */
  long cpuNanos() {
    return cpuNanos(server);
  }

  /** This process's processor time since it began. */
  static long ownCpuNanos() {
    return cpuNanos(ProcessHandle.current());
  }

  private static long cpuNanos(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow().toNanos();
  }

  @Override
  public void close() {
    reader.shutdownNow();
    client.close();
  }
}
