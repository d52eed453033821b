package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Outcome.Replied;
import dev.tailrace.wire.tcp.ScriptedServer.Received;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How servers are checked, and what comes of it. */
class ServerMonitorTest {

  private static final String SECONDARY_OF_OLD =
      "{ok: 1, setName: 'rs', ismaster: false, secondary: true, maxWireVersion: 8}";

  private final ScriptedServer server = new ScriptedServer();
  private final Outcomes outcomes = new Outcomes();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aServerThatCanIsAskedToStream() throws InterruptedException {
    server.becomes(Role.PRIMARY, 4);
    try (TcpTransport transport = TcpTransport.connect(server.uri("heartbeatFrequencyMS=1234"))) {
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      BsonDocument hello = server.awaitHello();

      assertThat(hello.keySet())
          .containsExactly("hello", "helloOk", "topologyVersion", "maxAwaitTimeMS", "$db");
      assertThat(hello.get("topologyVersion")).isEqualTo(server.hello().get("topologyVersion"));
      assertThat(hello.getInt64("maxAwaitTimeMS").getValue()).isEqualTo(1234);
      server.awaitHandshake(); // The monitor's
      server.awaitHandshake(); // and the sampler's: streamed replies measure nothing.
    }
  }

  @Test
  void roundTripsOfAStreamingServerAreMeasuredAgainAndAgain() throws InterruptedException {
    server.becomes(Role.PRIMARY, 4);
    try (TcpTransport transport = TcpTransport.connect(server.uri("heartbeatFrequencyMS=500"))) {
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      assertThat(server.awaitHello().containsKey("topologyVersion")).isTrue();

      for (int i = 0; i < 2; i++) {
        assertThat(server.awaitHello().keySet()).containsExactly("hello", "helloOk", "$db");
      }
    }
  }

  @Test
  void aServerIsNotAskedToStreamIfTheUserSaysSo() throws InterruptedException {
    server.becomes(Role.PRIMARY, 4);
    try (TcpTransport transport =
        TcpTransport.connect(server.uri("serverMonitoringMode=poll&heartbeatFrequencyMS=500"))) {
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      assertThat(server.awaitHello().keySet()).containsExactly("hello", "helloOk", "$db");
    }
  }

  @Test
  void aServerOfOldIsAskedByTheOldNameAndAgainWhileSomebodyWaits() throws InterruptedException {
    server.becomes(SECONDARY_OF_OLD);
    try (TcpTransport transport = TcpTransport.connect(server.uri("heartbeatFrequencyMS=600000"))) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);
      assertThat(server.awaitHello().keySet()).containsExactly("isMaster", "helloOk", "$db");

      server.becomes(
          """
          {ok: 1, setName: 'rs', ismaster: true, hosts: ['%s'], maxWireVersion: 8}
          """
              .formatted(server.address()));

      assertThat(outcomes.awaitReply().server().maxWireVersion()).isEqualTo(8);
    }
  }

  @Test
  void aServerThatSaysNotPrimaryIsCheckedAtOnce() throws InterruptedException {
    server.becomes("{ok: 1, ismaster: true, maxWireVersion: 8}");
    try (TcpTransport transport =
        TcpTransport.connect(
            server.uri("serverSelectionTimeoutMS=0&heartbeatFrequencyMS=600000"))) {
      boolean early = false;
      boolean known;
      do {
        transport.send(primary("{ping: 1}"), outcomes);
        known = outcomes.await() instanceof Replied;
        early |= !known;
      } while (!known);
      if (early) {
        server.awaitHello(); // However many came too early, they asked for one check more.
      }
      server.plays((peer, request) -> peer.reply(request, "{ok: 0, code: 10107}"));
      transport.send(primary("{insert: 'c'}"), outcomes);
      outcomes.awaitReply();

      server.awaitHello(); // Though nobody looks for a server.
    }
  }

  /** One that cannot be talked to yet is checked on, by the opcode that it knows. */
  @Test
  void aServerThatIsUpgradedIsFound() throws InterruptedException {
    server.becomes("{ok: 1, ismaster: true, maxWireVersion: 5}");
    try (TcpTransport transport = TcpTransport.connect(server.uri("heartbeatFrequencyMS=500"))) {
      server.awaitHandshake();
      assertThat(server.awaitHandshake().keySet()).containsExactly("isMaster", "helloOk");
      transport.send(primary("{ping: 1}"), outcomes);
      assertThat(outcomes.awaitFailure().message()).contains("reports wire version 5");

      server.becomes("{ok: 1, ismaster: true, maxWireVersion: 6}");

      do { // Until the next check has seen it.
        transport.send(primary("{ping: 1}"), outcomes);
      } while (outcomes.await() instanceof Failed);
      assertThat(server.awaitCommand("ping").command().containsKey("$db")).isTrue();
    }
  }

  @Test
  void aLostConnectionIsReplacedAtOnce() throws InterruptedException {
    server.becomes(Role.PRIMARY, 1);
    try (TcpTransport transport = TcpTransport.connect(server.uri("heartbeatFrequencyMS=600000"))) {
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      server.awaitHello();

      server.cutConnections();

      server.awaitHello(); // A new stream, long before the next check was due.
    }
  }

  @Test
  void aServerThatGreetsAndBreaksOffIsNotGreetedWithoutEnd() throws InterruptedException {
    server.becomes(Role.SECONDARY, 1).breaksStreams();
    try (TcpTransport transport =
        TcpTransport.connect(server.uri("serverSelectionTimeoutMS=1200"))) {
      transport.send(primary("{ping: 1}"), outcomes);

      assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.NO_ELIGIBLE_SERVER);
      // Two in a second, and the sampler's; a monitor without rest makes thousands.
      assertThat(server.connectionCount()).isLessThan(50);
    }
  }

  @Test
  void aCheckThatTimesOutInterruptsWhatIsInUse() throws InterruptedException {
    server.becomes(Role.PRIMARY, 1);
    server.plays((peer, request) -> {});
    try (TcpTransport transport =
        TcpTransport.connect(server.uri("connectTimeoutMS=100&heartbeatFrequencyMS=500"))) {
      transport.send(primary("{getMore: 1}"), outcomes);
      Received getMore = server.awaitCommand("getMore");

      // The stream stays silent for longer than connectTimeoutMS + heartbeatFrequencyMS.
      Failed failed = outcomes.awaitFailure();

      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.message())
          .isEqualTo(
              server.address()
                  + ": given up, as the server does not answer its checks in time any more");
      getMore.peer().awaitGone();
    }
  }

  @Test
  void aBrokenOperationEndsTheCheckThatIsUnderWay() throws InterruptedException {
    server.becomes(Role.PRIMARY, 1);
    try (TcpTransport transport =
        TcpTransport.connect(
            server.uri("serverSelectionTimeoutMS=100&heartbeatFrequencyMS=600000"))) {
      do { // Until the server is known.
        transport.send(primary("{ping: 1}"), outcomes);
      } while (outcomes.await() instanceof Failed);
      server.plays((peer, request) -> {});
      transport.send(primary("{getMore: 1}"), outcomes);
      Received getMore = server.awaitCommand("getMore");
      server.awaitHello();
      ScriptedServer.Peer monitor = server.peers().get(0);

      getMore.peer().close();
      outcomes.awaitFailure();
      monitor.awaitGone();

      // The end of that check is no news: what is told is still the operation's failure.
      transport.send(primary("{ping: 1}"), outcomes);
      assertThat(outcomes.awaitFailure().message()).contains("EOFException");
    }
  }

  @Test
  void aHelloThatIsNoneMakesTheServerUnknown() throws InterruptedException {
    server.becomes("{ok: 1, setName: 7}");
    try (TcpTransport transport =
        TcpTransport.connect(server.uri("serverSelectionTimeoutMS=600"))) {
      transport.send(primary("{ping: 1}"), outcomes);

      assertThat(outcomes.awaitFailure().message())
          .contains("Unknown (")
          .contains("bad hello reply: setName: expected STRING, found INT32");
    }
  }

  @Test
  void aRefusedHelloMakesTheServerUnknown() throws InterruptedException {
    server.becomes("{ok: 0, errmsg: 'going down', code: 91}");
    try (TcpTransport transport =
        TcpTransport.connect(server.uri("serverSelectionTimeoutMS=600"))) {
      transport.send(primary("{ping: 1}"), outcomes);

      assertThat(outcomes.awaitFailure().message()).contains("going down");
    }
  }
}
