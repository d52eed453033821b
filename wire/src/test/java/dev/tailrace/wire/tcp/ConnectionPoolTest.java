package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static dev.tailrace.wire.tcp.Outcomes.same;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Transport.Exchange;
import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailed;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutStarted;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedIn;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedOut;
import dev.tailrace.wire.event.ConnectionPoolEvent.CloseReason;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionReady;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCleared;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolReady;
import dev.tailrace.wire.event.WireListener;
import dev.tailrace.wire.tcp.ScriptedServer.Received;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pool with real connections: its options in effect, and what a bound means for streams. */
class ConnectionPoolTest {

  private final ScriptedServer server = new ScriptedServer().becomes(Role.PRIMARY, 1);
  private final ManualTimers timers = new ManualTimers();
  private final RecordingListener listener = new RecordingListener();
  private final Outcomes outcomes = new Outcomes();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aConnectionsLife() throws InterruptedException {
    try (TcpTransport transport = connect("")) {
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      listener.awaitPool(CheckedIn.class, 2);
    }
    listener.awaitPool(PoolClosed.class, 1); // Maybe by the thread that tells of the check-in.

    assertThat(listener.pools())
        .extracting(event -> (Object) event.getClass())
        .containsExactly(
            PoolCreated.class,
            PoolReady.class,
            CheckOutStarted.class,
            ConnectionCreated.class,
            ConnectionReady.class,
            CheckedOut.class,
            CheckedIn.class,
            CheckOutStarted.class,
            CheckedOut.class,
            CheckedIn.class,
            ConnectionClosed.class,
            PoolClosed.class);
    assertThat(listener.pools())
        .extracting(event -> event.address().toString())
        .containsOnly(server.address());
    assertThat(listener.pools(CheckedOut.class))
        .extracting(CheckedOut::connectionId)
        .containsExactly(1L, 1L);
    assertThat(listener.pools(ConnectionClosed.class).get(0).reason())
        .isEqualTo(CloseReason.POOL_CLOSED);
    server.awaitCommand("ping").peer().awaitGone();
  }

  @Test
  void theMinimumIsThereBeforeAnybodyAsks() throws InterruptedException {
    try (TcpTransport transport = connect("minPoolSize=3&maxPoolSize=3")) {
      listener.awaitPool(ConnectionReady.class, 3);

      transport.send(primary("{ping: 1}"), outcomes);

      outcomes.awaitReply();
      assertThat(listener.pools(ConnectionCreated.class)).hasSize(3);
      assertThat(server.awaitHandshake().containsKey("client")).isTrue();
    }
  }

  /** As a check would; the next one that succeeds has the pool filled again. */
  @Test
  void aServerThatRefusesAConnectionOfTheMinimumIsLost() throws InterruptedException {
    try (TcpTransport transport = connect("minPoolSize=1&maxIdleTimeMS=60000")) {
      listener.awaitPool(ConnectionReady.class, 1);
      server.awaitHello(); // From now on the monitor listens to its stream.
      server.refusesHandshakes();
      timers.advance(Duration.ofMinutes(1)); // The one of the minimum perishes.

      listener.awaitPool(PoolCleared.class, 1);
      assertThat(listener.awaitPool(ConnectionClosed.class, 2).reason())
          .isEqualTo(CloseReason.ERROR);
      assertThat(listener.pools(PoolReady.class)).hasSize(1);

      server.becomes(Role.PRIMARY, 2);
      transport.send(primary("{ping: 1}"), outcomes); // Which asks for a check.
      outcomes.awaitReply();
      listener.awaitPool(PoolReady.class, 2);
      listener.awaitPool(ConnectionReady.class, 2);
    }
  }

  /** The server may just have too many of them to accept: it is not lost for that. */
  @Test
  void aServerThatHangsUpOnAConnectionOfTheMinimumIsNotLost() throws InterruptedException {
    try (TcpTransport transport = connect("minPoolSize=1&maxIdleTimeMS=60000")) {
      listener.awaitPool(ConnectionReady.class, 1);
      server.awaitHello();
      server.hangsUpOnHandshakes(true);
      timers.advance(Duration.ofMinutes(1));
      assertThat(listener.awaitPool(ConnectionClosed.class, 2).reason())
          .isEqualTo(CloseReason.ERROR);

      server.hangsUpOnHandshakes(false);
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();

      assertThat(listener.pools(PoolCleared.class)).isEmpty();
      assertThat(listener.pools(PoolReady.class)).hasSize(1);
    }
  }

  @Test
  void whatIsIdleForTooLongIsClosed() throws InterruptedException {
    try (TcpTransport transport = connect("maxIdleTimeMS=60000")) {
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      Received ping = server.awaitCommand("ping");

      timers.advance(Duration.ofMillis(59_999));
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      assertThat(server.awaitCommand("ping").peer()).isSameAs(ping.peer());
      timers.advance(Duration.ofMillis(59_999));
      assertThat(listener.pools(ConnectionClosed.class)).isEmpty();
      timers.advance(Duration.ofMillis(1));

      assertThat(listener.awaitPool(ConnectionClosed.class, 1).reason())
          .isEqualTo(CloseReason.IDLE);
      ping.peer().awaitGone();
    }
  }

  @Test
  void onlySoManyAreInTheMakingAtATime() throws InterruptedException {
    try (TcpTransport transport = connect("maxConnecting=1")) {
      listener.awaitPool(PoolReady.class, 1);
      server.awaitHandshake(); // The monitor's, and the sampler's: those are no matter of the pool.
      server.awaitHandshake();
      server.greets(false);
      Exchange first = transport.send(primary("{ping: 1}"), outcomes);
      listener.awaitPool(ConnectionCreated.class, 1);
      transport.send(primary("{ping: 2}"), outcomes);
      listener.awaitPool(CheckOutStarted.class, 2);
      assertThat(listener.pools(ConnectionCreated.class)).hasSize(1);

      server.greets(true);
      first.abandon();

      outcomes.awaitReply();
      assertThat(listener.pools(ConnectionCreated.class)).hasSize(2);
      assertThat(listener.awaitPool(CheckOutFailed.class, 1).reason())
          .isEqualTo(CheckOutFailure.CONNECTION_ERROR);
    }
  }

  /** What a user sees whose streams are more than the connections there may be. */
  @Test
  void oneStreamTooManyIsToldSo() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = connect("maxPoolSize=2&waitQueueTimeoutMS=5000")) {
      for (int i = 0; i < 2; i++) {
        transport.send(primary("{getMore: 1}"), new Outcomes());
        server.awaitCommand("getMore");
      }
      transport.send(primary("{aggregate: 'c'}"), outcomes);
      listener.awaitPool(CheckOutStarted.class, 3);

      timers.advance(Duration.ofMillis(4999));
      assertThat(listener.pools(CheckOutFailed.class)).isEmpty();
      timers.advance(Duration.ofMillis(1));

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.message())
          .isEqualTo(
              "all 2 connections (maxPoolSize) to %s stayed in use for 5000 ms (waitQueueTimeoutMS)"
                  .formatted(server.address()));
      assertThat(failed.cause())
          .isInstanceOfSatisfying(
              CheckOutException.class,
              e -> assertThat(e.failure()).isEqualTo(CheckOutFailure.TIMEOUT));
      assertThat(listener.awaitPool(CheckOutFailed.class, 1))
          .isEqualTo(
              new CheckOutFailed(
                  listener.pools().get(0).address(),
                  CheckOutFailure.TIMEOUT,
                  Optional.empty(),
                  5_000_000_000L));
    }
  }

  /** By one connection more, which is closed behind them. */
  @Test
  void farewellsPassAFullPool() throws InterruptedException {
    server.plays(
        (peer, request) -> {
          if (!request.body().asDocument().getFirstKey().equals("getMore")) {
            peer.reply(request, "{ok: 1}");
          }
        });
    try (TcpTransport transport = connect("maxPoolSize=1")) {
      transport.send(primary("{getMore: 1}"), new Outcomes());
      server.awaitCommand("getMore");
      transport.send(primary("{aggregate: 'c'}"), new Outcomes());
      listener.awaitPool(CheckOutStarted.class, 2);

      transport.send(primary("{killCursors: 'c', cursors: [1]}"), outcomes);

      outcomes.awaitReply();
      assertThat(listener.awaitPool(ConnectionClosed.class, 1))
          .isEqualTo(
              new ConnectionClosed(
                  listener.pools().get(0).address(),
                  /* connectionId= */ 2,
                  CloseReason.IDLE,
                  Optional.empty()));
      server.awaitCommand("killCursors").peer().awaitGone();
      transport.endSession(transport.startSession());
    }
    server.awaitCommand("endSessions");
  }

  /** Until the server has answered a check again (discovery specification). */
  @Test
  void nothingIsSentToAServerThatWasLost() throws InterruptedException {
    try (TcpTransport transport = connect("")) {
      transport.send(primary("{ping: 1}"), outcomes);
      ServerRef lost = outcomes.awaitReply().server();
      server.greets(false);
      server.plays((peer, request) -> peer.close());
      transport.send(primary("{aggregate: 'c'}"), outcomes);
      outcomes.awaitFailure();
      listener.awaitPool(PoolCleared.class, 1);

      transport.send(same(lost, "{getMore: 1}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.message()).startsWith(server.address() + " was lost");
      assertThat(failed.cause())
          .isInstanceOfSatisfying(
              CheckOutException.class,
              e -> assertThat(e.failure()).isEqualTo(CheckOutFailure.CONNECTION_ERROR));

      server.greets(true);
      server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      assertThat(listener.pools(PoolReady.class)).hasSize(2);
    }
  }

  /** What was first in the queue is served first, through all of the transport. */
  @Test
  void theQueueIsFair() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = connect("maxPoolSize=1")) {
      transport.send(primary("{getMore: 0}"), new Outcomes());
      Received busy = server.awaitCommand("getMore");
      for (int i = 1; i <= 3; i++) {
        transport.send(primary("{getMore: %d}".formatted(i)), new Outcomes());
        listener.awaitPool(CheckOutStarted.class, i + 1);
      }

      for (int i = 1; i <= 3; i++) {
        busy.peer().replyToLast("{ok: 1}");
        Received next = server.awaitCommand("getMore");
        assertThat(next.command().getInt32("getMore").getValue()).isEqualTo(i);
        assertThat(next.peer()).isSameAs(busy.peer());
      }
    }
  }

  /** The listener is called with no lock held. */
  @Test
  void aListenerMayCloseTheTransport() throws InterruptedException {
    TcpTransport[] transport = new TcpTransport[1];
    RecordingListener closing = new RecordingListener();
    transport[0] =
        TcpTransport.builder(server.uri(""))
            .timers(timers)
            .listener(
                new WireListener() {
                  @Override
                  public void pool(ConnectionPoolEvent event) {
                    if (event instanceof CheckedIn) {
                      transport[0].close();
                    }
                  }
                })
            .listener(closing)
            .connect();
    transport[0].send(primary("{ping: 1}"), outcomes);

    closing.awaitPool(PoolClosed.class, 1);
    outcomes.await();
  }

  private TcpTransport connect(String options) {
    return TcpTransport.builder(server.uri(options)).timers(timers).listener(listener).connect();
  }
}
