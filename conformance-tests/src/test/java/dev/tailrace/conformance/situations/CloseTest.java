package dev.tailrace.conformance.situations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.FacedStream;
import dev.tailrace.conformance.support.VirtualStage;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.wire.tcp.TcpTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams that are closed at a bad moment. */
@Timeout(60)
class CloseTest {

  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
  private static final long SOON_NANOS = Duration.ofMillis(100).toNanos();

  private static final ChangeStreamOptions PATIENT =
      ChangeStreamOptions.builder().maxAwaitTime(TEN_MINUTES).build();

  @ParameterizedTest
  @EnumSource
  void aReaderIsFreeWhileTheServerSitsOnTheGetMore(FaceUnderTest face) throws InterruptedException {
    AtomicLong closedAt = new AtomicLong();
    try (VirtualStage stage = new VirtualStage(1)) {
      stage.set().network().setLatency(Duration.ofMillis(5), Duration.ofMillis(20));
      var stream = stage.open(face, stage.streams(PATIENT));
      stage.after(
          Duration.ofSeconds(30),
          () -> {
            assertThat(stage.commands("getMore")).hasSize(1);
            closedAt.set(stage.nanoTime());
            stream.close();
          });

      assertThat(stream.next()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));

      assertThat(stage.nanoTime() - closedAt.get()).isLessThan(SOON_NANOS);
      assertThat(closedAt).hasPositiveValue();
      assertThat(stage.replies("getMore")).isEmpty();
      assertThat(stream.isAlive()).isFalse();
      assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Ended.class);
      stage.set().clock().advance(Duration.ofNanos(SOON_NANOS));
      assertThat(stage.set().openCursors()).isZero();
    }
  }

  /** The same over sockets, where it is the order of things alone that is asked for. */
  @ParameterizedTest
  @EnumSource
  void aReaderIsFreeWhileTheServerSitsOnTheGetMoreOverTcp(FaceUnderTest face)
      throws InterruptedException {
    try (FakeReplicaSet set = FakeReplicaSet.start(1);
        TcpTransport transport = TcpTransport.connect(set.connectionString())) {
      FacedStream<RawBsonDocument> stream =
          FacedStream.open(
              face,
              ChangeStreams.watch(transport, WatchTarget.database("shop")).with(PATIENT),
              event -> {},
              transport);
      set.faults().on("killCursors").delay(TEN_MINUTES); // Else it would answer the getMore.
      CompletableFuture<Next<RawBsonDocument>> reader =
          CompletableFuture.supplyAsync(() -> nextOf(stream));
      assertThat(set.awaitWatchers(1, Duration.ofSeconds(30))).isTrue();

      stream.close();

      assertThat(reader.join()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));
      assertThat(set.history().replies("getMore")).isEmpty();
    }
  }

  private static Next<RawBsonDocument> nextOf(FacedStream<RawBsonDocument> stream) {
    try {
      return stream.next();
    } catch (InterruptedException interrupted) {
      throw new CompletionException(interrupted);
    }
  }

  /**
   * The resuming aggregate is on its way to the server, or its reply is on its way back: whoever
   * closes the stream cannot know which.
   */
  @ParameterizedTest(name = "{0}, cursor is open when the stream is closed: {1}")
  @CsvSource({
    "BLOCKING,false",
    "BLOCKING,true",
    "ASYNC,false",
    "ASYNC,true",
    "FLOW,false",
    "FLOW,true"
  })
  void aCursorThatAResumeStillBringsIsKilled(FaceUnderTest face, boolean isOpen)
      throws InterruptedException {
    try (VirtualStage stage = new VirtualStage(1)) {
      var stream = stage.open(face, stage.streams(ChangeStreamOptions.DEFAULTS));
      var aggregates = stage.set().faults().on("aggregate");
      (isOpen ? aggregates.afterCommand() : aggregates).delay(Duration.ofSeconds(2));
      stage.set().faults().on("getMore").closeConnection();
      stage.after(
          Duration.ofSeconds(1),
          () -> {
            assertThat(stream.status().phase()).isInstanceOf(StreamStatus.Resuming.class);
            assertThat(stage.commands("aggregate")).hasSize(2);
            assertThat(stage.set().openCursors()).isEqualTo(isOpen ? 1 : 0);
            stream.close();
          });

      assertThat(stream.next()).isEqualTo(new Next.Ended<>(EndReason.CLOSED));

      stage.set().clock().advance(Duration.ofMinutes(1));
      assertThat(stage.commands("getMore")).hasSize(1);
      assertThat(stage.commands("aggregate")).hasSize(2);
      assertThat(stage.set().openCursors()).isZero();
      if (isOpen || stage.replies("aggregate").size() == 2) {
        BsonValue cursor = lastCursorId(stage);
        assertThat(stage.commands("killCursors"))
            .last()
            .satisfies(kill -> assertThat(kill.getArray("cursors")).containsExactly(cursor));
      }
    }
  }

  private static BsonValue lastCursorId(VirtualStage stage) {
    BsonDocument reply = stage.replies("aggregate").get(stage.replies("aggregate").size() - 1);
    return reply.getDocument("cursor").getInt64("id");
  }
}
