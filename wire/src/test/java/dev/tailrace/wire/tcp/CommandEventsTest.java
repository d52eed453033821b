package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Transport.Exchange;
import dev.tailrace.engine.transport.Transport.Loan;
import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.CommandEvent.Context;
import dev.tailrace.wire.event.CommandEvent.Failed;
import dev.tailrace.wire.event.CommandEvent.Started;
import dev.tailrace.wire.event.CommandEvent.Succeeded;
import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.LogMessage;
import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.WireListener;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import java.io.EOFException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What listeners hear of commands. */
class CommandEventsTest {

  private final ScriptedServer server = new ScriptedServer().becomes(Role.PRIMARY, 1);
  private final RecordingListener listener = new RecordingListener();
  private final Outcomes outcomes = new Outcomes();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aCommandThatSucceeds() throws InterruptedException {
    server.becomes("{ok: 1, maxWireVersion: 21, connectionId: 4711}");
    try (TcpTransport transport = connect()) {
      transport.send(primary("{ping: 1, lsid: {id: 7}}"), outcomes);
      outcomes.awaitReply();
    }

    List<CommandEvent> events = listener.awaitCommands(2);
    Started started = (Started) events.get(0);
    Succeeded succeeded = (Succeeded) events.get(1);
    assertThat(events).hasSize(2);
    assertThat(started.command())
        .isEqualTo(BsonDocument.parse("{ping: 1, lsid: {id: 7}, $db: 'db'}"));
    assertThat(succeeded.reply()).isEqualTo(BsonDocument.parse("{ok: 1}"));
    assertThat(succeeded.durationNanos()).isPositive();
    Context context = started.context();
    assertThat(succeeded.context()).isEqualTo(context);
    assertThat(context.commandName()).isEqualTo("ping");
    assertThat(context.databaseName()).isEqualTo("db");
    assertThat(context.address()).hasToString(server.address());
    assertThat(context.connectionId()).isEqualTo(1);
    assertThat(context.serverConnectionId()).isEqualTo(OptionalLong.of(4711));
    assertThat(context.serviceId()).isEmpty();
  }

  /** Whatever connection they are sent on. */
  @Test
  void requestIdsAreNotUsedAgain() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = connect()) {
      for (int i = 0; i < 3; i++) {
        transport.send(primary("{getMore: 1}"), new Outcomes());
        server.awaitCommand("getMore");
      }
      assertThat(listener.awaitCommands(3))
          .extracting(event -> event.context().requestId())
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aCommandThatIsRefused() throws InterruptedException {
    server.plays(
        (peer, request) ->
            peer.reply(request, "{ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not you'}"));
    try (TcpTransport transport = connect()) {
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
    }

    Failed failed = (Failed) listener.awaitCommands(2).get(1);
    assertThat(failed.failure()).isEqualTo("code 13 (Unauthorized): not you");
    assertThat(failed.cause()).isNull();
  }

  @Test
  void aCommandWhoseConnectionBreaks() throws InterruptedException {
    server.plays((peer, request) -> peer.close());
    try (TcpTransport transport = connect()) {
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitFailure();
    }

    Failed failed = (Failed) listener.awaitCommands(2).get(1);
    assertThat(failed.failure()).startsWith(server.address());
    assertThat(failed.cause()).isInstanceOf(EOFException.class);
  }

  @Test
  void aCommandThatIsGivenUp() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = connect()) {
      Exchange exchange = transport.send(primary("{getMore: 1}"), outcomes);
      server.awaitCommand("getMore");

      exchange.abandon();

      assertThat(((Failed) listener.awaitCommands(2).get(1)).failure()).isEqualTo("given up");
    }
  }

  @Test
  void aCommandOfAThreadThatIsLent() throws InterruptedException {
    try (TcpTransport transport = connect()) {
      transport.send(primary("{ping: 1}"), outcomes);
      dev.tailrace.engine.transport.ServerRef at = outcomes.awaitReply().server();
      try (Loan loan = transport.lend()) {
        assertThat(loan).isNotNull();
        transport.send(Outcomes.same(at, "{getMore: 1}"), outcomes);
        long untilNanos = transport.timers().nanoTime() + TimeUnit.SECONDS.toNanos(20);
        transport.await(() -> !outcomes.isEmpty(), untilNanos);
      }
      outcomes.awaitReply();

      List<CommandEvent> events = listener.awaitCommands(4);
      assertThat(events.get(2)).isInstanceOf(Started.class);
      assertThat(events.get(3)).isInstanceOf(Succeeded.class);
      assertThat(events.get(3).context().commandName()).isEqualTo("getMore");
    }
  }

  /** Neither what it asks nor what is answered, and of a failure the code alone. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{authenticate: 1, secret: 'X'}",
        "{saslStart: 1, secret: 'X'}",
        "{SASLCONTINUE: 1, secret: 'X'}",
        "{getnonce: 1, secret: 'X'}",
        "{createUser: 'u', secret: 'X'}",
        "{updateUser: 'u', secret: 'X'}",
        "{copydbgetnonce: 1, secret: 'X'}",
        "{copydbsaslstart: 1, secret: 'X'}",
        "{copydb: 1, secret: 'X'}"
      })
  void whatMayHoldSecretsIsNotShown(String command) throws InterruptedException {
    server.plays((peer, request) -> peer.reply(request, "{ok: 1, secret: 'X'}"));
    try (TcpTransport transport = connect()) {
      transport.send(primary(command), outcomes);
      outcomes.awaitReply();
      server.plays((peer, request) -> peer.reply(request, "{ok: 0, code: 18, errmsg: 'secret X'}"));
      transport.send(primary(command), outcomes);
      outcomes.awaitReply();
    }

    List<CommandEvent> events = listener.awaitCommands(4);
    assertThat(((Started) events.get(0)).command()).isEmpty();
    assertThat(((Succeeded) events.get(1)).reply()).isEmpty();
    assertThat(((Failed) events.get(3)).failure()).isEqualTo("code 18");
    assertThat(events.toString()).doesNotContain("X");
    assertThat(events.stream().map(event -> LogMessage.of(event).text()))
        .noneMatch(line -> line.contains("X"));
  }

  @Test
  void handshakesAndChecksAreNoCommands() throws InterruptedException {
    try (TcpTransport transport = connect()) {
      server.awaitHello();
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
    }

    assertThat(listener.commands())
        .extracting(event -> event.context().commandName())
        .containsExactly("ping", "ping");
  }

  @Test
  void aListenerThatFailsChangesNothing() throws InterruptedException {
    AtomicInteger called = new AtomicInteger();
    WireListener failing =
        new WireListener() {
          @Override
          public void command(CommandEvent event) {
            called.incrementAndGet();
            throw new IllegalStateException("on purpose");
          }

          @Override
          public void pool(ConnectionPoolEvent event) {
            throw new AssertionError("on purpose");
          }

          @Override
          public void topology(TopologyEvent event) {
            throw new StackOverflowError("on purpose");
          }
        };
    try (TcpTransport transport =
        TcpTransport.builder(server.uri("")).listener(failing).listener(listener).connect()) {
      for (int i = 0; i < 2; i++) {
        transport.send(primary("{ping: 1}"), outcomes);
        outcomes.awaitReply();
      }
    }

    assertThat(called).hasValue(4);
    assertThat(server.awaitCommand("ping").peer()).isSameAs(server.awaitCommand("ping").peer());
    assertThat(listener.commands()).hasSize(4);
    assertThat(listener.pools()).isNotEmpty();
  }

  private TcpTransport connect() {
    return TcpTransport.builder(server.uri("")).listener(listener).connect();
  }
}
