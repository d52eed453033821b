package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.wire.tcp.ScriptedServer.Peer;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a transport: nothing. Isolated, because it counts threads. */
@Isolated
class CloseTest {

  private final ScriptedServer server = new ScriptedServer().becomes(Role.PRIMARY, 1);
  private final Outcomes outcomes = new Outcomes();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whatIsUnderWayEnds() throws InterruptedException {
    server.plays((peer, request) -> {});
    TcpTransport transport = TcpTransport.connect(server.uri(""));
    transport.send(primary("{getMore: 1}"), outcomes);
    server.awaitCommand("getMore");

    transport.close();

    assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.CLOSED);
    for (Peer peer : server.peers()) {
      peer.awaitGone();
    }
  }

  /** A stream that is closed right before its transport still gets its cursor killed. */
  @Test
  void killCursorsThatAreUnderWayGetThere() throws InterruptedException {
    TcpTransport transport = TcpTransport.connect(server.uri(""));
    transport.send(primary("{ping: 1}"), outcomes);
    outcomes.awaitReply();
    transport.send(primary("{killCursors: 'c', cursors: []}"), outcomes);

    transport.close();

    server.awaitCommand("killCursors");
    outcomes.awaitReply();
  }

  @Test
  void whatComesLateIsToldSo() throws InterruptedException {
    TcpTransport transport = TcpTransport.connect(server.uri(""));
    transport.close();
    transport.close();

    transport.send(primary("{ping: 1}"), outcomes);

    Failed failed = outcomes.awaitFailure();
    assertThat(failed.reason()).isEqualTo(Reason.CLOSED);
    assertThat(failed.message()).isEqualTo("the transport was closed");
  }

  /** Whoever comes first: there is one outcome, a reply or that the transport is closed. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsSentWhileItClosesEndsOnce(boolean connected) throws Exception {
    for (int i = 0; i < 40; i++) {
      TcpTransport transport = TcpTransport.connect(server.uri(""));
      if (connected) {
        transport.send(primary("{ping: 1}"), outcomes);
        outcomes.awaitReply();
      }
      CyclicBarrier both = new CyclicBarrier(2);
      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(
              () -> {
                awaitQuietly(both);
                transport.close();
              },
              task -> new Thread(task, "closes").start());
      awaitQuietly(both);
      transport.send(primary("{ping: 2}"), outcomes);

      closed.get(20, TimeUnit.SECONDS);

      if (outcomes.await() instanceof Failed failed) {
        assertThat(failed.reason()).as(failed.message()).isEqualTo(Reason.CLOSED);
      }
    }
    Leaks.assertNoThread();
    assertThat(outcomes.isEmpty()).isTrue();
  }

  private static void awaitQuietly(CyclicBarrier both) {
    try {
      both.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theServerHearsThatTheSessionsAreOver() throws InterruptedException {
    List<BsonDocument> sessions = new ArrayList<>();
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      for (int i = 0; i < 3; i++) {
        BsonDocument lsid = transport.startSession();
        BsonBinary id = lsid.getBinary("id");
        assertThat(lsid.keySet()).containsExactly("id");
        assertThat(id.getType()).isEqualTo(BsonBinarySubType.UUID_STANDARD.getValue());
        assertThat(id.asUuid().version()).isEqualTo(4);
        sessions.add(lsid);
      }
      assertThat(sessions).doesNotHaveDuplicates();
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      sessions.forEach(transport::endSession);
    }

    BsonDocument endSessions = server.awaitCommand("endSessions").command();
    assertThat(endSessions.get("endSessions")).isEqualTo(new BsonArray(sessions));
    assertThat(endSessions.getString("$db").getValue()).isEqualTo("admin");
  }

  @Test
  void manySessionsAreToldBefore() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      for (int i = 0; i < Sessions.MAX_BATCH + 1; i++) {
        transport.endSession(transport.startSession());
      }

      assertThat(server.awaitCommand("endSessions").command().getArray("endSessions"))
          .hasSize(Sessions.MAX_BATCH);
    }
    assertThat(server.awaitCommand("endSessions").command().getArray("endSessions")).hasSize(1);
  }

  @Test
  void aServerThatDoesNotListenIsNotWaitedForLong() throws InterruptedException {
    TcpTransport transport = TcpTransport.connect(server.uri(""));
    transport.send(primary("{ping: 1}"), outcomes);
    outcomes.awaitReply();
    server.plays((peer, request) -> {});
    transport.endSession(transport.startSession());

    transport.close(); // Comes back, though nobody answers.

    for (Peer peer : server.peers()) {
      peer.awaitGone();
    }
  }

  @Test
  void fromWithinAHandler() throws InterruptedException {
    TcpTransport transport = TcpTransport.connect(server.uri(""));

    transport.send(
        primary("{ping: 1}"),
        outcome -> {
          transport.close();
          outcomes.accept(outcome);
        });

    outcomes.awaitReply();
  }

  @Test
  void noThreadIsLeft() throws InterruptedException {
    Leaks.assertNoThread(); // Those of other tests have been told to end.
    TcpTransport transport = TcpTransport.connect(server.uri(""));
    transport.send(primary("{ping: 1}"), outcomes);
    outcomes.awaitReply();
    server.plays((peer, request) -> {});
    transport.send(primary("{getMore: 1}"), new Outcomes());
    server.awaitCommand("getMore");
    transport.timers().schedule(transport.timers().nanoTime() + 1_000_000_000_000L, () -> {});

    transport.close();

    Leaks.assertNoThread();
    for (Peer peer : server.peers()) {
      peer.awaitGone();
    }
  }
}
