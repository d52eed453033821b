package dev.tailrace.benchmarks;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.wire.tcp.TcpTransport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * How fast events that are there already are read: the engine's blocking face against the official
 * synchronous driver, both over TCP from the same fake member, in turns. What the member itself
 * takes is in both figures, so that the ratio of the clients alone is further from 1 than this one.
 */
public final class ReadThroughput {

  private static final String DATABASE = "shop";
  private static final String COLLECTION = "orders";
  private static final int EVENTS = 50_000;
  private static final int ROUNDS = 9;
  private static final int WARM_UP = 3;

  private ReadThroughput() {}

  /** Runs the comparison and prints the medians and their ratio. */
  public static void main(String[] arguments) throws InterruptedException {
    long[] ours = new long[ROUNDS];
    long[] theirs = new long[ROUNDS];
    try (FakeReplicaSet set = FakeReplicaSet.start(1);
        MongoClient driver = MongoClients.create(set.connectionString());
        TcpTransport transport = TcpTransport.connect(set.connectionString())) {
      MongoDatabase database = driver.getDatabase(DATABASE);
      BsonTimestamp start = operationTime(database);
      write(database);
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        long engineNanos = readWithEngine(transport, start);
        long driverNanos = readWithDriver(database, start);
        if (round >= 0) {
          ours[round] = engineNanos;
          theirs[round] = driverNanos;
        }
      }
    }
    long engine = median(ours);
    long driver = median(theirs);
    System.out.printf(
        "reading %,d events: engine %,d events/s, official driver %,d events/s; engine/driver %.2f"
            + " (medians of %d rounds)%n",
        EVENTS, perSecond(engine), perSecond(driver), (double) driver / engine, ROUNDS);
  }

  private static BsonTimestamp operationTime(MongoDatabase database) {
    return database
        .runCommand(new Document("ping", 1), BsonDocument.class)
        .getTimestamp("operationTime");
  }

  private static void write(MongoDatabase database) {
    List<Document> batch = new ArrayList<>();
    for (int id = 0; id < EVENTS; id++) {
      batch.add(
          new Document("_id", id)
              .append("customer", "c" + id % 100)
              .append("note", "n".repeat(200)));
      if (batch.size() == 1000) {
        database.getCollection(COLLECTION).insertMany(batch);
        batch.clear();
      }
    }
  }

  private static long readWithEngine(TcpTransport transport, BsonTimestamp start)
      throws InterruptedException {
    ChangeStreamOptions options = ChangeStreamOptions.builder().startAtOperationTime(start).build();
    long before = System.nanoTime();
    try (BlockingChangeStream<RawBsonDocument> stream =
        ChangeStreams.watch(transport, WatchTarget.collection(DATABASE, COLLECTION))
            .with(options)
            .open()) {
      for (int read = 0; read < EVENTS; read++) {
        if (!(stream.next() instanceof Next.Event<RawBsonDocument>)) {
          throw new IllegalStateException("the stream ended after " + read + " events");
        }
      }
      return System.nanoTime() - before;
    }
  }

  private static long readWithDriver(MongoDatabase database, BsonTimestamp start) {
    long before = System.nanoTime();
    try (MongoCursor<RawBsonDocument> stream =
        database
            .getCollection(COLLECTION)
            .watch(RawBsonDocument.class)
            .startAtOperationTime(start)
            .withDocumentClass(RawBsonDocument.class)
            .cursor()) {
      for (int read = 0; read < EVENTS; read++) {
        stream.next();
      }
      return System.nanoTime() - before;
    }
  }

  private static long median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static long perSecond(long nanos) {
    return EVENTS * 1_000_000_000L / nanos;
  }
}
