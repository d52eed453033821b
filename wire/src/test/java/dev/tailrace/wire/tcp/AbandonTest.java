package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Transport.Exchange;
import dev.tailrace.wire.tcp.ScriptedServer.Received;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Giving an exchange up frees what it holds, whatever it waits for, and tells nobody. */
class AbandonTest {

  private final ScriptedServer server = new ScriptedServer().becomes(Role.PRIMARY, 1);
  private final Outcomes abandoned = new Outcomes();
  private final Outcomes outcomes = new Outcomes();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whileItWaitsForTheReply() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      Exchange exchange = transport.send(primary("{getMore: 1}"), abandoned);
      Received getMore = server.awaitCommand("getMore");

      exchange.abandon();

      getMore.peer().awaitGone();
      assertStillGood(transport);
      assertThat(abandoned.isEmpty()).isTrue();
    }
  }

  /** Our own closing is no news of the server: its other connections stay. */
  @Test
  void withoutHarmToOthers() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      Outcomes kept = new Outcomes();
      transport.send(primary("{getMore: 1}"), kept);
      Received other = server.awaitCommand("getMore");
      Exchange exchange = transport.send(primary("{getMore: 2}"), abandoned);
      Received getMore = server.awaitCommand("getMore");

      exchange.abandon();
      getMore.peer().awaitGone();

      assertStillGood(transport);
      other.peer().replyToLast("{ok: 1}");
      kept.awaitReply();
    }
  }

  @Test
  void whileItLooksForAServer() throws InterruptedException {
    server.becomes(Role.SECONDARY, 1);
    try (TcpTransport transport = TcpTransport.connect(server.uri("heartbeatFrequencyMS=600000"))) {
      Exchange exchange = transport.send(primary("{aggregate: 'c'}"), abandoned);

      exchange.abandon();

      server.becomes(Role.PRIMARY, 2);
      assertStillGood(transport);
      assertThat(abandoned.isEmpty()).isTrue();
    }
  }

  @Test
  void whileItConnects() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(server.uri("connectTimeoutMS=600000"))) {
      server.awaitHandshake(); // The monitor's, and then the sampler's.
      server.awaitHandshake();
      server.greets(false);
      Exchange exchange = transport.send(primary("{aggregate: 'c'}"), abandoned);
      server.awaitHandshake(); // Ours, which is not answered.

      exchange.abandon();

      server.lastPeer().awaitGone();
      server.greets(true);
      assertStillGood(transport);
      assertThat(abandoned.isEmpty()).isTrue();
    }
  }

  @Test
  void whileItWaitsForAFreeConnection() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = TcpTransport.connect(server.uri("maxPoolSize=1"))) {
      Exchange first = transport.send(primary("{getMore: 1}"), abandoned);
      server.awaitCommand("getMore");
      Exchange second = transport.send(primary("{getMore: 2}"), abandoned);

      second.abandon();
      first.abandon();

      assertStillGood(transport);
      assertThat(abandoned.isEmpty()).isTrue();
    }
  }

  @Test
  void onceItIsOverDoesNothing() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      Exchange exchange = transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      Received ping = server.awaitCommand("ping");

      exchange.abandon();
      exchange.abandon();

      assertStillGood(transport);
      assertThat(server.awaitCommand("ping").peer()).isSameAs(ping.peer());
    }
  }

  @Test
  void aFullPoolIsWaitedForOnlySoLong() throws InterruptedException {
    try (TcpTransport transport =
        TcpTransport.connect(server.uri("maxPoolSize=1&serverSelectionTimeoutMS=50"))) {
      do { // Until the server is known.
        transport.send(primary("{ping: 1}"), outcomes);
      } while (outcomes.await() instanceof Failed);
      server.plays((peer, request) -> {});
      transport.send(primary("{getMore: 1}"), abandoned);
      server.awaitCommand("getMore");

      transport.send(primary("{ping: 1}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.message()).contains("all 1 connections (maxPoolSize)");
    }
  }

  @Test
  void aFullPoolGivesWhatComesBack() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = TcpTransport.connect(server.uri("maxPoolSize=1"))) {
      Outcomes first = new Outcomes();
      transport.send(primary("{getMore: 1}"), first);
      Received getMore = server.awaitCommand("getMore");
      transport.send(primary("{ping: 1}"), outcomes);
      assertThat(outcomes.isEmpty()).isTrue();

      server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
      getMore.peer().replyToLast("{ok: 1}");

      first.awaitReply();
      outcomes.awaitReply();
      assertThat(server.awaitCommand("ping").peer()).isSameAs(getMore.peer());
    }
  }

  /** The transport goes on to work, with a thread and a connection that are free. */
  private void assertStillGood(TcpTransport transport) throws InterruptedException {
    server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
    transport.send(primary("{ping: 1}"), outcomes);
    outcomes.awaitReply();
  }
}
