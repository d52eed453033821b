package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.wire.tcp.ScriptedServer.Peer;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A connection is open within {@code connectTimeoutMS}, or it is closed: on a clock of the test's
 * own, and however long a single read may wait.
 */
@Timeout(60)
class OpeningTimeTest {

  private static final String LIMITED = "connectTimeoutMS=600000";
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final ScriptedServer server = new ScriptedServer().becomes(Role.PRIMARY, 1);
  private final ManualTimers timers = new ManualTimers();
  private final Outcomes outcomes = new Outcomes();

  @AfterEach
  void stop() {
    server.close();
  }

  /** Each byte would begin the wait anew, if it were one for each read. */
  @ParameterizedTest
  @ValueSource(strings = {"", "&tls=true&tlsInsecure=true"})
  void aServerThatDripsIsHungUpOn(String options) throws IOException {
    byte[] first = {options.isEmpty() ? (byte) 100 : 0x16};
    try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        TcpTransport transport =
            connect("mongodb://127.0.0.1:" + listening.getLocalPort() + "/?" + LIMITED + options);
        Socket checking = listening.accept()) {
      assertThat(transport).isNotNull();
      assertThat(checking.getInputStream().read()).isNotNegative();
      for (int i = 0; i < 3; i++) {
        checking.getOutputStream().write(first);
        timers.advance(LIMIT.dividedBy(4));
      }
      assertThat(checking.isClosed()).isFalse();

      timers.advance(LIMIT.dividedBy(4));

      awaitEnd(checking);
    }
  }

  @Test
  void aGreetingThatIsNotAnsweredIsWaitedForOnlySoLong() throws InterruptedException {
    try (TcpTransport transport = connect(server.uri(LIMITED))) {
      server.awaitHandshake(); // The monitor's, and then the sampler's.
      server.awaitHandshake();
      server.greets(false);
      transport.send(primary("{aggregate: 'c'}"), outcomes);
      server.awaitHandshake(); // Ours, which is not answered.

      timers.advance(LIMIT);

      assertOutOfTime();
    }
  }

  @Test
  void soIsALoginThatIsNotAnswered() throws InterruptedException {
    server.plays((peer, request) -> {});
    String uri = server.uri(LIMITED + "&authMechanism=PLAIN").replace("://", "://user:password@");
    try (TcpTransport transport = connect(uri)) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);
      Peer peer = server.awaitCommand("saslStart").peer();

      timers.advance(LIMIT);

      assertOutOfTime();
      peer.awaitGone();
    }
  }

  @Test
  void onceItIsOpenItsTimeDoesNotRunOut() throws InterruptedException {
    try (TcpTransport transport = connect(server.uri(LIMITED))) {
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();

      timers.advance(LIMIT);

      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      assertThat(server.awaitCommand("ping").peer()).isSameAs(server.awaitCommand("ping").peer());
    }
  }

  private TcpTransport connect(String uri) {
    return TcpTransport.builder(uri).timers(timers).connect();
  }

  private void assertOutOfTime() throws InterruptedException {
    Failed failed = outcomes.awaitFailure();
    assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
    assertThat(failed.cause()).isInstanceOf(SocketTimeoutException.class);
    assertThat(failed.message())
        .startsWith(server.address())
        .endsWith("the connection was not open after 600000 ms (connectTimeoutMS)");
  }

  private static void awaitEnd(Socket peer) {
    try {
      peer.getInputStream().readAllBytes();
    } catch (IOException reset) {
      // An end as well.
    }
  }
}
