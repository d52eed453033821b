package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.engine.face.undertest.StreamUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every method may be called from any thread at any time. */
class FaceThreadsTest {

  private static final int THREADS = 6;

  /** Long enough for every thread to meet the others, short enough for a test. */
  private static final int EVENTS = 600;

  private final ExecutorService server = Executors.newSingleThreadExecutor();
  private final ExecutorService users = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void stopThreads() {
    users.shutdownNow();
    server.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource
  void eachEventGoesToOneOfManyReadersInOrder(FaceUnderTest face) throws Exception {
    GeneratingTransport transport = new GeneratingTransport(EVENTS, 7, server);
    StreamUnderTest<RawBsonDocument> stream = open(face, transport);

    List<Future<List<Long>>> readers =
        startAll(
            () -> {
              List<Long> seen = new ArrayList<>();
              assertThat(readUntilEnd(stream, seen)).isEqualTo(EndReason.INVALIDATED);
              return seen;
            });

    List<Long> all = new ArrayList<>();
    for (Future<List<Long>> reader : readers) {
      List<Long> seen = reader.get(60, TimeUnit.SECONDS);
      assertThat(seen).isSorted();
      all.addAll(seen);
    }
    assertThat(all)
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, EVENTS).boxed().toList());
    assertThat(transport.sessionsOpen).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource
  void oneThatClosesFreesAllOthers(FaceUnderTest face) throws Exception {
    GeneratingTransport transport = new GeneratingTransport(Long.MAX_VALUE, 7, server);
    StreamUnderTest<RawBsonDocument> stream = open(face, transport);

    List<Future<EndReason>> readers =
        startAll(
            () -> {
              List<Long> seen = new ArrayList<>();
              return readUntilEnd(stream, seen);
            });

    for (Future<EndReason> reader : readers) {
      assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(EndReason.CLOSED);
    }
    server.shutdown();
    assertThat(server.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat(transport.cursorsOpen()).isZero();
    assertThat(transport.sessionsOpen).hasValue(0);
  }

  /** Reads, and looks at whatever there is to see; closes a stream that has no end. */
  private static EndReason readUntilEnd(StreamUnderTest<RawBsonDocument> stream, List<Long> seen)
      throws Exception {
    while (true) {
      try {
        Next<RawBsonDocument> next = stream.next().get();
        if (next instanceof Next.Ended<RawBsonDocument> ended) {
          return ended.reason();
        }
        seen.add(GeneratingTransport.indexOf(((Next.Event<RawBsonDocument>) next).value()));
      } catch (IllegalStateException refused) { // One call at a time: somebody else's turn.
        assertThat(refused).hasMessageContaining("one at a time");
        Thread.onSpinWait();
      }
      assertThat(stream.status()).isNotNull();
      assertThat(stream.resumeToken()).isNotNull();
      if (seen.size() > EVENTS) {
        stream.close();
      }
    }
  }

  private StreamUnderTest<RawBsonDocument> open(FaceUnderTest face, GeneratingTransport transport)
      throws Exception {
    return face.open(
            ChangeStreams.watch(transport, WatchTarget.collection("shop", "orders")), event -> {})
        .get();
  }

  private <R> List<Future<R>> startAll(Callable<R> task) {
    List<Future<R>> started = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      started.add(users.submit(task));
    }
    return started;
  }
}
