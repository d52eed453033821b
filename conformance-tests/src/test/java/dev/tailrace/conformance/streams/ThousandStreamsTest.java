package dev.tailrace.conformance.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.AsyncChangeStream;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.WireListener;
import dev.tailrace.wire.metrics.WireMetrics;
import dev.tailrace.wire.tcp.TcpTransport;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** A thousand streams that wait at the same time. Isolated, as it counts threads and memory. */
@Isolated
@Timeout(120)
class ThousandStreamsTest {

  private static final int STREAMS = 1000;

  /** Longer than the test takes, so that all of them wait at once. */
  private static final ChangeStreamOptions PATIENT =
      ChangeStreamOptions.builder().maxAwaitTime(Duration.ofMinutes(5)).build();

  @Test
  void eachGetsItsOwnEvents() throws Exception {
    WireMetrics metrics = new WireMetrics();
    CountDownLatch waiting = new CountDownLatch(STREAMS);
    WireListener getMores =
        new WireListener() {
          @Override
          public void command(CommandEvent event) {
            if (event instanceof CommandEvent.Started
                && event.context().commandName().equals("getMore")) {
              waiting.countDown();
            }
          }
        };
    try (FakeReplicaSet set = FakeReplicaSet.start(1);
        TcpTransport transport =
            TcpTransport.builder(set.connectionString())
                .listener(metrics)
                .listener(getMores)
                .connect()) {
      List<AsyncChangeStream<RawBsonDocument>> streams = open(transport);
      List<CompletableFuture<Next<RawBsonDocument>>> nexts = new ArrayList<>();
      streams.forEach(stream -> nexts.add(stream.next().toCompletableFuture()));
      assertThat(waiting.await(60, TimeUnit.SECONDS)).as("all wait").isTrue();
      assertThat(metrics.connectionsInUse()).isEqualTo(STREAMS);
      String taken = taken(metrics);

      for (int i = 0; i < STREAMS; i++) { // None of which waits for those that wait.
        insert(transport, i);
      }

      for (int i = 0; i < STREAMS; i++) {
        Next<RawBsonDocument> next = nexts.get(i).get(60, TimeUnit.SECONDS);
        assertThat(next).isInstanceOf(Next.Event.class);
        BsonDocument event = ((Next.Event<RawBsonDocument>) next).value();
        assertThat(event.getDocument("ns").getString("coll").getValue()).isEqualTo("c" + i);
        assertThat(event.getDocument("documentKey").getInt32("_id").getValue()).isEqualTo(i);
      }
      System.out.println(taken);
      streams.forEach(AsyncChangeStream::close);
    }
    assertThat(metrics.failedCheckOuts()).isZero();
  }

  private static List<AsyncChangeStream<RawBsonDocument>> open(TcpTransport transport)
      throws Exception {
    List<CompletableFuture<AsyncChangeStream<RawBsonDocument>>> opening = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      opening.add(
          ChangeStreams.watch(transport, WatchTarget.collection("many", "c" + i))
              .with(PATIENT)
              .openAsync()
              .toCompletableFuture());
    }
    List<AsyncChangeStream<RawBsonDocument>> streams = new ArrayList<>();
    for (CompletableFuture<AsyncChangeStream<RawBsonDocument>> stream : opening) {
      streams.add(stream.get(60, TimeUnit.SECONDS));
    }
    return streams;
  }

  private static void insert(TcpTransport transport, int i) throws Exception {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    transport.send(
        new Request(
            new Target.AnyEligible(ReadPreference.of(ReadPreference.Mode.PRIMARY)),
            "many",
            BsonDocument.parse("{insert: 'c%d', documents: [{_id: %d}]}".formatted(i, i))),
        outcome::complete);
    assertThat(outcome.get(60, TimeUnit.SECONDS)).isInstanceOf(Outcome.Replied.class);
  }

  /** What it takes while all of them wait; the fake set's part of it included. */
  private static String taken(WireMetrics metrics) {
    System.gc();
    long heapBytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    long ours =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("tailrace-"))
            .count();
    return "%d waiting streams on Java %d: %d connections, %d platform threads of the transport (of %d), %d MB of heap"
        .formatted(
            STREAMS,
            Runtime.version().feature(),
            metrics.openConnections(),
            ours,
            ManagementFactory.getThreadMXBean().getThreadCount(),
            heapBytes / 1_000_000);
  }
}
