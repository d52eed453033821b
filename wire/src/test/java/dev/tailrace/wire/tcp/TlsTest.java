package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static dev.tailrace.wire.tcp.Outcomes.same;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.wire.tcp.ScriptedServer.Peer;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted connections, and what is not to be believed on the way to one. */
@Timeout(60)
class TlsTest {

  private static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().commonName("authority").certificateAuthority(0).build();
  private static final HeldCertificate STRANGER =
      new HeldCertificate.Builder().commonName("stranger").certificateAuthority(0).build();
  private static final HeldCertificate CLIENT =
      new HeldCertificate.Builder().commonName("alice").signedBy(AUTHORITY).build();

  private static final String PERHAPS_TLS =
      "the server broke off before it greeted: perhaps it demands TLS (tls=true)";

  private final Outcomes outcomes = new Outcomes();
  private final Path directory;
  private final String caFile;
  private ScriptedServer server = server(member(plain -> plain), /* demandsCertificate= */ false);

  TlsTest(@TempDir Path directory) throws IOException {
    this.directory = directory;
    this.caFile = file("ca.pem", STRANGER.certificatePem() + AUTHORITY.certificatePem());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void repliesOfEverySizeComeThrough() throws InterruptedException {
    BsonDocument large =
        BsonDocument.parse("{ok: 1}").append("bytes", new BsonBinary(new byte[3_000_000]));
    server.plays(
        (peer, request) ->
            peer.reply(
                request,
                request.body().asDocument().containsKey("find")
                    ? large
                    : BsonDocument.parse("{ok: 1}")));
    try (TcpTransport transport = TcpTransport.connect(uri("tlsCAFile=" + caFile))) {
      transport.send(primary("{find: 'c'}"), outcomes);
      assertThat(outcomes.awaitReply().reply().asDocument()).isEqualTo(large);
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();

      assertThat(server.awaitCommand("find").peer()).isSameAs(server.awaitCommand("ping").peer());
    }
  }

  @Test
  void aContextGivenInCodeNeedsNoOption() throws InterruptedException {
    try (TcpTransport transport =
        TcpTransport.builder(server.uri("")).sslContext(believing(AUTHORITY)).connect()) {
      transport.send(primary("{ping: 1}"), outcomes);

      outcomes.awaitReply();
    }
  }

  @Test
  void aContextThatFailsIsNamed() throws Exception {
    SSLContext notInitialised = SSLContext.getInstance("TLS");
    try (TcpTransport transport =
        TcpTransport.builder(server.uri("serverSelectionTimeoutMS=100"))
            .sslContext(notInitialised)
            .connect()) {
      outcomes.askUntilFailureSays("the SSLContext failed", transport);
    }
  }

  /** Not of use to the test's server; but nobody is asked whether the certificate was revoked. */
  @ParameterizedTest
  @ValueSource(
      strings = {"tlsDisableOCSPEndpointCheck=true", "tlsDisableCertificateRevocationCheck=true"})
  void authoritiesAreBelievedWithoutAsking(String option) throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(uri("tlsCAFile=" + caFile + "&" + option))) {
      transport.send(primary("{ping: 1}"), outcomes);

      outcomes.awaitReply();
    }
  }

  static Stream<Arguments> notBelieved() {
    Instant now = Instant.now();
    return Stream.of(
        certificate(
            "expired",
            member(
                builder ->
                    builder.validityInterval(
                        now.minus(Duration.ofDays(2)).toEpochMilli(),
                        now.minus(Duration.ofDays(1)).toEpochMilli())),
            "the server's certificate, or that of its authority, has expired"),
        certificate(
            "not valid yet",
            member(
                builder ->
                    builder.validityInterval(
                        now.plus(Duration.ofDays(1)).toEpochMilli(),
                        now.plus(Duration.ofDays(2)).toEpochMilli())),
            "the server's certificate is not valid yet"),
        certificate(
            "of an unknown authority",
            new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build(),
            "no authority that is believed has signed the server's certificate; tlsCAFile names"
                + " those that are"),
        certificate(
            "for another host",
            new HeldCertificate.Builder()
                .signedBy(AUTHORITY)
                .addSubjectAlternativeName("db.example.com")
                .addSubjectAlternativeName("10.0.0.1")
                .build(),
            "the server's certificate is for another host: expected 127.0.0.1, found"
                + " db.example.com, 10.0.0.1"),
        certificate(
            "for nobody but its subject",
            new HeldCertificate.Builder().signedBy(AUTHORITY).commonName("db").build(),
            "the server's certificate is for another host: expected 127.0.0.1, found CN=db"),
        certificate(
            "for another address",
            new HeldCertificate.Builder()
                .signedBy(AUTHORITY)
                .addSubjectAlternativeName("127.0.0.2")
                .build(),
            "the server's certificate is for another host: expected 127.0.0.1, found 127.0.0.2"));
  }

  @ParameterizedTest
  @MethodSource("notBelieved")
  void whoIsNotBelievedIsNotSpokenTo(HeldCertificate certificate, String reason)
      throws InterruptedException {
    serve(server(certificate, /* demandsCertificate= */ false));
    try (TcpTransport transport = TcpTransport.connect(hopeless("tlsCAFile=" + caFile))) {
      assertUnreachable(transport, reason);
      for (Peer peer : server.peers()) {
        peer.awaitGone();
      }
      assertThat(server.isGreeted()).isFalse();
    }
  }

  static Stream<Arguments> believedAnyway() {
    return notBelieved()
        .map(
            arguments ->
                Arguments.of(arguments.get()[0], ((String) arguments.get()[1]).contains("host")));
  }

  @ParameterizedTest
  @MethodSource("believedAnyway")
  void whoeverWantsToBelievesAnybody(HeldCertificate certificate, boolean wrongHost)
      throws InterruptedException {
    serve(server(certificate, /* demandsCertificate= */ false));
    String any =
        "tlsAllowInvalid"
            + (wrongHost ? "Hostnames=true&tlsCAFile=" + caFile : "Certificates=true");
    for (String option : new String[] {"tlsInsecure=true", any}) {
      try (TcpTransport transport = TcpTransport.connect(uri(option))) {
        transport.send(primary("{ping: 1}"), outcomes);

        outcomes.awaitReply();
      }
    }
  }

  /** One half of being insecure is not the other. */
  @ParameterizedTest
  @MethodSource("believedAnyway")
  void whatIsAllowedIsNoMoreThanThat(HeldCertificate certificate, boolean wrongHost)
      throws InterruptedException {
    serve(server(certificate, /* demandsCertificate= */ false));
    String other =
        wrongHost
            ? "tlsAllowInvalidCertificates=true"
            : "tlsAllowInvalidHostnames=true&tlsCAFile=" + caFile;
    try (TcpTransport transport = TcpTransport.connect(hopeless(other))) {
      assertUnreachable(transport, wrongHost ? "for another host" : "the server's certificate");
    }
  }

  static Stream<Arguments> badHandshakes() {
    return Stream.of(
        Arguments.of(
            Named.of("another protocol", "HTTP/1.1 400 Bad Request\r\n\r\n"),
            "the server does not speak TLS"),
        Arguments.of(
            Named.of("the end", ""), "the server closed the connection during the handshake"),
        Arguments.of(
            Named.of("the end within a record", "\u0016\u0003\u0003\0@\u0002"),
            "the server closed the connection during the handshake"));
  }

  @ParameterizedTest
  @MethodSource("badHandshakes")
  void aHandshakeThatBreaksOffIsTold(String answer, String reason) throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      answerAll(listening, answer.getBytes(ISO_8859_1));
      String uri =
          "mongodb://127.0.0.1:%d/?serverSelectionTimeoutMS=100&tlsCAFile=%s"
              .formatted(listening.getLocalPort(), caFile);
      try (TcpTransport transport = TcpTransport.connect(uri)) {
        assertThat(whyUnreachable(transport, "127.0.0.1:" + listening.getLocalPort()))
            .contains(reason);
      }
    }
  }

  /** A server that is silent in the handshake is no better than one that does not listen. */
  @Test
  void theHandshakeIsUnderTheTimeoutOfConnecting() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String uri =
          "mongodb://127.0.0.1:%d/?serverSelectionTimeoutMS=100&connectTimeoutMS=50&tlsCAFile=%s"
              .formatted(silent.getLocalPort(), caFile);
      try (TcpTransport transport = TcpTransport.connect(uri)) {
        assertThat(whyUnreachable(transport, "127.0.0.1:" + silent.getLocalPort()))
            .contains("SocketTimeoutException");
      }
    }
  }

  @Test
  void closingFreesWhoeverShakesHands() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      TcpTransport transport =
          TcpTransport.connect(
              "mongodb://127.0.0.1:%d/?tlsCAFile=%s".formatted(silent.getLocalPort(), caFile));
      transport.send(primary("{ping: 1}"), outcomes);
      try (Socket peer = silent.accept()) {
        assertThat(peer.getInputStream().read()).isEqualTo(0x16); // A handshake's first byte.

        transport.close();

        assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.CLOSED);
        assertThat(peer.getInputStream().readAllBytes()).isNotEmpty(); // Up to the end.
      }
    }
  }

  private static void answerAll(ServerSocket listening, byte[] answer) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  try (Socket peer = listening.accept()) {
                    assertThat(peer.getInputStream().read(new byte[65_536])).isPositive();
                    peer.getOutputStream().write(answer);
                    peer.shutdownOutput();
                    peer.getInputStream().readAllBytes(); // Up to the client's end.
                  }
                }
              } catch (IOException e) {
                // The test is over.
              }
            },
            "bad-handshakes");
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void closingFreesWhoeverWaitsForAReply() throws InterruptedException {
    server.plays((peer, request) -> {});
    TcpTransport transport = TcpTransport.connect(uri("tlsCAFile=" + caFile));
    transport.send(primary("{getMore: 1}"), outcomes);
    server.awaitCommand("getMore");

    transport.close();

    assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.CLOSED);
    for (Peer peer : server.peers()) {
      peer.awaitGone();
    }
  }

  /** A server that takes nothing more in: the last word of TLS would wait for it. */
  @Test
  void abandoningDoesNotWaitForTheServer() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    server.plays(
        (peer, request) -> {
          peer.reply(request, "{ok: 1}");
          awaitQuietly(end);
        });
    try (TcpTransport transport = TcpTransport.connect(uri("tlsCAFile=" + caFile))) {
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      Peer peer = server.awaitCommand("ping").peer();
      BsonDocument command =
          BsonDocument.parse("{insert: 'c'}").append("bytes", new BsonBinary(new byte[40_000_000]));
      Transport.Exchange insert =
          transport.send(new Request(primary("{ping: 1}").target(), "db", command), outcomes);
      peer.awaitUnread();

      insert.abandon();
    } finally {
      end.countDown();
    }
    assertThat(outcomes.isEmpty()).isTrue();
  }

  @Test
  void garbageBehindTheHandshakeIsTold() throws InterruptedException {
    server.plays((peer, request) -> peer.sendPlain("garbage".repeat(10_000).getBytes(ISO_8859_1)));
    try (TcpTransport transport = TcpTransport.connect(uri("tlsCAFile=" + caFile))) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.message()).contains(server.address());
      server.awaitCommand("aggregate").peer().awaitGone();
    }
  }

  /** What this server says to it is a TLS alert. */
  @Test
  void aPlaintextClientIsToldWhatItMayLack() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(hopeless("tls=false"))) {
      assertThat(whyUnreachable(transport, server.address())).contains(PERHAPS_TLS);
    }
  }

  /** As mongod does that demands TLS. */
  @Test
  void soIsOneThatIsOnlyHungUpOn() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      answerAll(listening, new byte[0]);
      String address = "127.0.0.1:" + listening.getLocalPort();
      try (TcpTransport transport =
          TcpTransport.connect("mongodb://" + address + "/?serverSelectionTimeoutMS=100")) {
        assertThat(whyUnreachable(transport, address)).contains(PERHAPS_TLS);
      }
    }
  }

  /** One that greets speaks without TLS. */
  @Test
  void whatIsSaidInPlainWordsIsNotTakenForTls() throws InterruptedException {
    serve(new ScriptedServer().becomes("{ok: 1, hosts: 7}"));
    try (TcpTransport transport = TcpTransport.connect(hopeless(""))) {
      assertThat(whyUnreachable(transport, server.address())).doesNotContain("TLS");
    }
  }

  /** What has been read of a record is kept when the wait is handed over. */
  @Test
  void aRecordThatStopsInTheMiddleIsWaitedForElsewhere() throws Exception {
    String uri = uri("tlsCAFile=" + caFile);
    try (TcpTransport impatient = TcpTransport.builder(uri).lentMillis(100).connect()) {
      impatient.send(primary("{ping: 1}"), outcomes);
      ServerRef known = requireNonNull(outcomes.awaitReply().server());
      Peer peer = server.awaitCommand("ping").peer();
      server.plays(
          (same, request) -> {
            same.holdAfter(9); // The record's header, and 4 bytes more.
            same.reply(request, "{ok: 1}");
          });
      Transport.Loan loan = impatient.lend();
      impatient.send(same(known, "{getMore: 1}"), outcomes);

      impatient.await(() -> false, Long.MAX_VALUE); // Comes back with the reply begun, not ended.

      assertThat(server.awaitCommand("getMore").peer()).isSameAs(peer);
      assertThat(outcomes.isEmpty()).isTrue();
      peer.goOn();
      outcomes.awaitReply();
      loan.close();
    }
  }

  @Test
  void aClientShowsItsCertificate() throws Exception {
    serve(server(member(plain -> plain), /* demandsCertificate= */ true));
    String clientFile = file("client.pem", CLIENT.certificatePem() + CLIENT.privateKeyPkcs8Pem());
    String options = "tlsCAFile=" + caFile + "&tlsCertificateKeyFile=" + clientFile;
    try (TcpTransport transport = TcpTransport.connect(uri(options))) {
      transport.send(primary("{ping: 1}"), outcomes);

      outcomes.awaitReply();
    }
    try (TcpTransport nobody = TcpTransport.connect(hopeless("tlsCAFile=" + caFile))) {
      assertUnreachable(nobody, "the server refused");
    }
  }

  @Test
  void filesThatCannotBeUsedAreToldAtOnce() {
    assertThatThrownBy(() -> TcpTransport.connect(uri("tlsCAFile=/nowhere/ca.pem")))
        .isInstanceOf(ConnectionStringException.class)
        .hasMessageContaining("cannot read /nowhere/ca.pem");
  }

  @Test
  void aContextAndFilesAreOneTooMany() {
    assertThatThrownBy(
            () ->
                TcpTransport.builder(uri("tlsCAFile=" + caFile))
                    .sslContext(believing(AUTHORITY))
                    .connect())
        .isInstanceOf(ConnectionStringException.class)
        .hasMessageContaining("SSLContext");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a request is told once the server at that address has been looked at. */
  private String whyUnreachable(TcpTransport transport, String address)
      throws InterruptedException {
    while (true) { // At first nothing is known of it.
      transport.send(primary("{ping: 1}"), outcomes);
      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NO_ELIGIBLE_SERVER);
      if (failed.message().contains(address + " Unknown (")) {
        return failed.message();
      }
    }
  }

  private void assertUnreachable(TcpTransport transport, String reason)
      throws InterruptedException {
    assertThat(whyUnreachable(transport, server.address()))
        .contains(server.address() + " Unknown (SSLHandshakeException: TLS: ")
        .contains(reason);
  }

  private void serve(ScriptedServer other) {
    server.close();
    server = other;
  }

  private static ScriptedServer server(HeldCertificate certificate, boolean demandsCertificate) {
    SSLContext context =
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .addTrustedCertificate(AUTHORITY.certificate())
            .build()
            .sslContext();
    return new ScriptedServer(
            plain -> {
              SSLSocket socket =
                  (SSLSocket)
                      context
                          .getSocketFactory()
                          .createSocket(plain, "127.0.0.1", plain.getPort(), /* autoClose= */ true);
              socket.setUseClientMode(false);
              socket.setNeedClientAuth(demandsCertificate);
              return socket;
            })
        .becomes(Role.PRIMARY, 1);
  }

  private String hopeless(String options) {
    return server.uri("serverSelectionTimeoutMS=100&" + options);
  }

  private String uri(String options) {
    return server.uri(options);
  }

  private static HeldCertificate member(UnaryOperator<HeldCertificate.Builder> change) {
    return change
        .apply(
            new HeldCertificate.Builder()
                .signedBy(AUTHORITY)
                .addSubjectAlternativeName("127.0.0.1"))
        .build();
  }

  private static SSLContext believing(HeldCertificate authority) {
    return new HandshakeCertificates.Builder()
        .addTrustedCertificate(authority.certificate())
        .build()
        .sslContext();
  }

  private static Arguments certificate(String name, HeldCertificate certificate, String reason) {
    return Arguments.of(Named.of(name, certificate), reason);
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }
}
