package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.TimeLimit;
import dev.tailrace.engine.transport.Transport.Exchange;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.tcp.ScriptedServer.Received;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever an exchange waits for, it ends when its time is over; on a clock of the test's own. */
class TimeLimitTest {

  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final OptionalLong NOT_TOLD = OptionalLong.empty();

  private final ScriptedServer server = new ScriptedServer().becomes(Role.PRIMARY, 1);
  private final ManualTimers timers = new ManualTimers();
  private final Outcomes outcomes = new Outcomes();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void itIsOverWhileLookingForAServer() throws InterruptedException {
    server.becomes(Role.SECONDARY, 1);
    try (TcpTransport transport = connect("serverSelectionTimeoutMS=600000")) {
      transport.send(limited("{aggregate: 'c'}", NOT_TOLD), outcomes);

      timers.advance(LIMIT);

      Failed failed = awaitTimeout();
      assertThat(failed.server()).isNull();
      assertThat(failed.message())
          .startsWith("the time limit of 1000 ms for aggregate was over while looking for a server")
          .contains(server.address());
    }
  }

  @Test
  void itIsOverWhileWaitingForAFreeConnection() throws InterruptedException {
    try (TcpTransport transport = connect("maxPoolSize=1")) {
      Outcomes first = new Outcomes();
      Received getMore = sendUnanswered(transport, first);
      transport.send(limited("{aggregate: 'c'}", NOT_TOLD), outcomes);

      timers.advance(LIMIT);

      assertThat(awaitTimeout().message()).contains("the time limit of 1000 ms for aggregate");
      getMore.peer().replyToLast("{ok: 1}");
      first.awaitReply();
    }
  }

  @Test
  void itIsOverWhileConnecting() throws InterruptedException {
    try (TcpTransport transport = connect("connectTimeoutMS=600000")) {
      server.awaitHandshake(); // The monitor's, and then the sampler's.
      server.awaitHandshake();
      server.greets(false);
      transport.send(limited("{aggregate: 'c'}", NOT_TOLD), outcomes);
      server.awaitHandshake(); // Ours, which is not answered.

      timers.advance(LIMIT);

      Failed failed = awaitTimeout();
      assertThat(failed.server()).isNull();
      assertThat(failed.message()).startsWith(server.address()).endsWith("while connecting");
      server.lastPeer().awaitGone();
      server.greets(true);
      assertStillGood(transport);
    }
  }

  /** A slow operation more likely than a lost server (discovery specification). */
  @Test
  void aReplyThatIsLateSaysNothingOfTheServer() throws InterruptedException {
    try (TcpTransport transport = connect("heartbeatFrequencyMS=600000")) {
      Outcomes other = new Outcomes();
      Received idle = sendUnanswered(transport, other);
      transport.send(limited("{getMore: 2}", NOT_TOLD), outcomes);
      Received late = server.awaitCommand("getMore");
      idle.peer().replyToLast("{ok: 1}");
      other.awaitReply();
      server.greets(false); // So that only what is connected already can serve.

      timers.advance(LIMIT);

      Failed failed = awaitTimeout();
      assertThat(failed.server())
          .isEqualTo(new ServerRef(server.address(), 21, ServerKind.REPLICA_SET_MEMBER));
      assertThat(failed.message())
          .startsWith(server.address())
          .endsWith("for getMore was over while waiting for the reply");
      late.peer().awaitGone();
      assertStillGood(transport);
      assertThat(server.awaitCommand("ping").peer()).isSameAs(idle.peer());
    }
  }

  @Test
  void aReplyThatIsHalfHereIsNotWaitedFor() throws InterruptedException {
    server.plays(
        (peer, request) -> {
          ByteBuffer reply = OpMsg.encode(1, request.requestId(), 0, BsonDocument.parse("{ok: 1}"));
          peer.send(reply.limit(30));
        });
    try (TcpTransport transport = connect("")) {
      transport.send(limited("{getMore: 1}", NOT_TOLD), outcomes);
      Received getMore = server.awaitCommand("getMore");

      timers.advance(LIMIT);

      awaitTimeout();
      getMore.peer().awaitGone();
      assertStillGood(transport);
    }
  }

  @Test
  void onceItIsOverNothingIsSent() throws InterruptedException {
    try (TcpTransport transport = connect("")) {
      assertStillGood(transport);
      Received first = server.awaitCommand("ping");
      Request request = limited("{ping: 2}", NOT_TOLD);
      timers.advance(LIMIT);

      transport.send(request, outcomes);

      assertThat(awaitTimeout().message()).startsWith("the time limit of 0 ms");
      assertNothingWasSentSince(first, transport);
    }
  }

  @Test
  void withNoTimeForTheRoundTripNothingIsSent() throws InterruptedException {
    try (TcpTransport transport = connect("")) {
      assertStillGood(transport);
      Received first = server.awaitCommand("ping");

      transport.send(limited("{ping: 2}", OptionalLong.of(0)), outcomes);

      Failed failed = awaitTimeout();
      assertThat(failed.server()).isNotNull();
      assertThat(failed.message()).endsWith("too little time was left for the round trip");
      assertNothingWasSentSince(first, transport);
    }
  }

  @Test
  void theServerIsToldWhatIsLeft() throws InterruptedException {
    try (TcpTransport transport = connect("")) {
      Duration day = Duration.ofDays(1); // So long that no round trip can use it up.
      TimeLimit limit = new TimeLimit(day.toNanos(), OptionalLong.of(Long.MAX_VALUE));
      transport.send(limited("{aggregate: 'c'}", limit), outcomes);
      outcomes.awaitReply();

      BsonDocument command = server.awaitCommand("aggregate").command();
      assertThat(command.getInt64("maxTimeMS").getValue()).isBetween(1L, day.toMillis());
    }
  }

  @Test
  void theServerIsToldNoMoreThanTheMost() throws InterruptedException {
    try (TcpTransport transport = connect("")) {
      TimeLimit far = new TimeLimit(Duration.ofDays(1).toNanos(), OptionalLong.of(300));
      transport.send(limited("{getMore: 1}", far), outcomes);
      outcomes.awaitReply();

      assertThat(server.awaitCommand("getMore").command().get("maxTimeMS"))
          .isEqualTo(new BsonInt64(300));
    }
  }

  @Test
  void theServerIsToldNothingIfItIsNotToBe() throws InterruptedException {
    try (TcpTransport transport = connect("")) {
      transport.send(limited("{getMore: 1}", NOT_TOLD), outcomes);
      outcomes.awaitReply();

      assertThat(server.awaitCommand("getMore").command().containsKey("maxTimeMS")).isFalse();
    }
  }

  @Test
  void anAnswerInTimeLeavesNoAlarm() throws InterruptedException {
    String oneConnectionForChecks = "serverMonitoringMode=poll"; // Which is open by then.
    try (TcpTransport transport = connect(oneConnectionForChecks)) {
      transport.send(limited("{ping: 1}", NOT_TOLD), outcomes);
      outcomes.awaitReply();
      Received ping = server.awaitCommand("ping");

      assertThat(timers.plannedCount()).isZero();
      timers.advance(LIMIT);

      assertStillGood(transport);
      assertThat(server.awaitCommand("ping").peer()).isSameAs(ping.peer());
    }
  }

  @Test
  void anExchangeThatWasAbandonedIsNotTold() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = connect("")) {
      Outcomes abandoned = new Outcomes();
      Exchange exchange = transport.send(limited("{getMore: 1}", NOT_TOLD), abandoned);
      Received getMore = server.awaitCommand("getMore");

      exchange.abandon();
      timers.advance(LIMIT);

      getMore.peer().awaitGone();
      assertStillGood(transport);
      assertThat(abandoned.isEmpty()).isTrue();
    }
  }

  private TcpTransport connect(String options) {
    return TcpTransport.builder(server.uri(options)).timers(timers).connect();
  }

  private Request limited(String command, OptionalLong mostMaxTimeMillis) {
    return limited(command, new TimeLimit(timers.nanoTime() + LIMIT.toNanos(), mostMaxTimeMillis));
  }

  private static Request limited(String command, TimeLimit limit) {
    Request request = primary(command);
    return new Request(request.target(), request.database(), request.command(), Optional.of(limit));
  }

  /** A getMore without a limit that waits at the server. */
  private Received sendUnanswered(TcpTransport transport, Outcomes waiting)
      throws InterruptedException {
    server.plays((peer, request) -> {});
    transport.send(primary("{getMore: 1}"), waiting);
    return server.awaitCommand("getMore");
  }

  private Failed awaitTimeout() throws InterruptedException {
    Failed failed = outcomes.awaitFailure();
    assertThat(failed.reason()).isEqualTo(Reason.TIMEOUT);
    return failed;
  }

  private void assertStillGood(TcpTransport transport) throws InterruptedException {
    server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
    transport.send(primary("{ping: 1}"), outcomes);
    outcomes.awaitReply();
  }

  /** And the connection is still in use. */
  private void assertNothingWasSentSince(Received last, TcpTransport transport)
      throws InterruptedException {
    assertStillGood(transport);
    Received next = server.awaitCommand("ping");
    assertThat(next.command().getInt32("ping").getValue()).isEqualTo(1);
    assertThat(next.peer()).isSameAs(last.peer());
  }
}
