package dev.tailrace.conformance.situations;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.AsyncChangeStream;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.history.HistoryEvent;
import dev.tailrace.wire.tcp.TcpTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Many streams on one transport. Isolated, because it tells what they cost. */
@Isolated
class ThousandStreamsTest {

  private static final int STREAMS = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void eachReceivesItsOwnEvents() throws Exception {
    try (FakeReplicaSet set = FakeReplicaSet.start(1);
        MongoClient driver = MongoClients.create(set.connectionString());
        TcpTransport transport = TcpTransport.connect(set.connectionString())) {
      int threadsBefore = Thread.activeCount();
      long bytesBefore = usedBytes();
      List<AsyncChangeStream<RawBsonDocument>> streams = new ArrayList<>();
      List<CompletableFuture<Next<RawBsonDocument>>> nexts = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        streams.add(
            ChangeStreams.watch(transport, WatchTarget.collection("db", "c" + i))
                .openAsync()
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        nexts.add(streams.get(i).next().toCompletableFuture());
      }
      assertThat(set.awaitWatchers(STREAMS, PATIENCE)).as("all wait").isTrue();
      System.out.printf(
          "%d waiting streams on Java %d: %d platform threads, %d KiB with the fake, %d connections%n",
          STREAMS,
          Runtime.version().feature(),
          Thread.activeCount() - threadsBefore,
          (usedBytes() - bytesBefore) >> 10,
          set.history().commands("getMore").stream()
              .map(HistoryEvent::connection)
              .distinct()
              .count());

      for (int i = 0; i < STREAMS; i++) {
        driver.getDatabase("db").getCollection("c" + i).insertOne(new Document("_id", i));
      }

      for (int i = 0; i < STREAMS; i++) {
        Next<RawBsonDocument> next = nexts.get(i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).isInstanceOf(Next.Event.class);
        RawBsonDocument event = ((Next.Event<RawBsonDocument>) next).value();
        assertThat(event.getDocument("documentKey").getInt32("_id").getValue()).isEqualTo(i);
        assertThat(event.getDocument("ns").getString("coll").getValue()).isEqualTo("c" + i);
      }
      streams.forEach(AsyncChangeStream::close);
      assertThat(set.awaitCursors(0, PATIENCE)).as("all cursors are killed").isTrue();
    }
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
