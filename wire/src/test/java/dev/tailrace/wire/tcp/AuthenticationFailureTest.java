package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.wire.auth.AuthenticationException;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.tcp.ScriptedServer.Received;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import dev.tailrace.wire.tcp.ScriptedServer.Script;
import java.util.stream.Stream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that do not believe the client, or are not to be believed. Nothing is left behind.
 * Isolated, because it counts threads.
 */
@Isolated
class AuthenticationFailureTest {

  private static final String SECRET = "Qx7Zw";
  private static final String WRONG_SIGNATURE = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  private final ScriptedServer server = new ScriptedServer().becomes(Role.PRIMARY, 1);
  private final RecordingListener listener = new RecordingListener();
  private final Outcomes outcomes = new Outcomes();

  @AfterEach
  void stop() throws InterruptedException {
    Leaks.assertNone(server, listener);
    server.close();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        failure(
            "a wrong password",
            18,
            (peer, request) ->
                peer.reply(
                    request, "{ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'no'}")),
        failure(
            "a wrong signature",
            0,
            (peer, request) -> answer(peer, request, serverFirst(request, 4096), WRONG_SIGNATURE)),
        failure(
            "a low iteration count",
            0,
            (peer, request) -> answer(peer, request, serverFirst(request, 4095), WRONG_SIGNATURE)),
        failure("garbage", 0, (peer, request) -> answer(peer, request, "garbage", "garbage")),
        failure("no payload", 0, (peer, request) -> peer.reply(request, "{ok: 1, done: false}")));
  }

  /** Each is told once, by its type; the connection is closed, and no other is tried. */
  @ParameterizedTest
  @MethodSource("failures")
  void isAFailureOfItsOwnKind(int code, Script script) throws InterruptedException {
    server.plays(script);
    try (TcpTransport transport = connect("SCRAM-SHA-256")) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NOT_AUTHENTICATED);
      assertThat(failed.message())
          .startsWith(server.address() + ": SCRAM-SHA-256 authentication of user \"alice\"")
          .doesNotContain(SECRET);
      assertThat(failed.cause())
          .isInstanceOfSatisfying(
              AuthenticationException.class, e -> assertThat(e.code()).isEqualTo(code));
      Received first = server.awaitCommand("saslStart");
      first.peer().awaitGone();
    }
  }

  @Test
  void aServerThatGoesAwayMeanwhileIsANetworkFailure() throws InterruptedException {
    server.plays((peer, request) -> peer.close());
    try (TcpTransport transport = connect("SCRAM-SHA-1")) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.NETWORK);
    }
  }

  /** Also where it says so: the next server may know the user as well. */
  @Test
  void aServerThatShutsDownMeanwhileIsANetworkFailure() throws InterruptedException {
    server.plays((peer, request) -> peer.reply(request, "{ok: 0, code: 91, errmsg: 'bye'}"));
    try (TcpTransport transport = connect("SCRAM-SHA-1")) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.message()).contains("bye (91)");
    }
  }

  @Test
  void checksDoNotAuthenticate() throws InterruptedException {
    try (TcpTransport transport = connect("SCRAM-SHA-256")) {
      assertThat(server.awaitHandshake()).doesNotContainKey("speculativeAuthenticate");
      assertThat(server.awaitHello()).doesNotContainKey("speculativeAuthenticate");
      assertThat(transport).isNotNull();
    }
  }

  @Test
  void arbitersAreNotAskedForUsers() throws InterruptedException {
    server.becomes(
        """
        {ok: 1, setName: "rs", arbiterOnly: true, isWritablePrimary: false, me: "%1$s",
         hosts: ["%1$s"], minWireVersion: 0, maxWireVersion: 21}
        """
            .formatted(server.address()));
    String uri = uri("SCRAM-SHA-256") + "&directConnection=true";
    try (TcpTransport transport = TcpTransport.builder(uri).listener(listener).connect()) {
      transport.send(primary("{ping: 1}"), outcomes);

      outcomes.awaitReply();
    }
  }

  @Test
  void aCertificateNeedsEncryption() {
    assertThatThrownBy(
            () ->
                TcpTransport.connect(
                    "mongodb://" + server.address() + "/?authMechanism=MONGODB-X509"))
        .isInstanceOf(ConnectionStringException.class)
        .hasMessageContaining("MONGODB-X509")
        .hasMessageContaining("expected tls=true");
  }

  private TcpTransport connect(String mechanism) {
    return TcpTransport.builder(uri(mechanism)).listener(listener).connect();
  }

  private String uri(String mechanism) {
    return "mongodb://alice:%s@%s/?authMechanism=%s".formatted(SECRET, server.address(), mechanism);
  }

  private static void answer(
      ScriptedServer.Peer peer, OpMsg request, String serverFirst, String serverFinal)
      throws java.io.IOException {
    boolean first = request.body().asDocument().containsKey("saslStart");
    peer.reply(
        request,
        BsonDocument.parse("{ok: 1, conversationId: 1, done: %s}".formatted(!first))
            .append(
                "payload", new BsonBinary((first ? serverFirst : serverFinal).getBytes(UTF_8))));
  }

  private static String serverFirst(OpMsg request, int iterations) {
    BsonDocument command = request.body().asDocument();
    String clientFirst =
        command.isBinary("payload")
            ? new String(command.getBinary("payload").getData(), UTF_8)
            : "";
    String nonce = clientFirst.substring(clientFirst.indexOf("r=") + 2);
    return "r=" + nonce + "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=" + iterations;
  }

  private static Arguments failure(String name, int code, Script script) {
    return Arguments.of(Named.of(name, code), script);
  }
}
