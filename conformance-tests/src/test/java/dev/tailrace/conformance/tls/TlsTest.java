package dev.tailrace.conformance.tls;

import static dev.tailrace.conformance.tls.Certificates.CLIENT;
import static dev.tailrace.conformance.tls.Certificates.MEMBER;
import static dev.tailrace.conformance.tls.Certificates.STRANGER;
import static dev.tailrace.conformance.tls.Certificates.believing;
import static dev.tailrace.conformance.tls.Certificates.context;
import static dev.tailrace.conformance.tls.Certificates.showing;
import static dev.tailrace.conformance.tls.Certificates.subject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tailrace.conformance.support.Eventually;
import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.history.HistoryEvent;
import dev.tailrace.fakeserver.history.HistoryEvent.Kind;
import dev.tailrace.fakeserver.history.Traffic;
import dev.tailrace.wire.tcp.TcpTransport;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HeldCertificate;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The fake set over TLS, by the engine's transport and by the official driver, which is the
 * control.
 */
@Timeout(60)
class TlsTest {

  private static final String X509 = "&authMechanism=MONGODB-X509";

  private final Path directory;

  TlsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  /** From a write of the one to an event of the other, with elections in between. */
  @ParameterizedTest
  @ValueSource(strings = {"", "&compressors=zstd"})
  void bothDriversSpeakIt(String compression) throws Exception {
    try (FakeReplicaSet set =
            FakeReplicaSet.builder()
                .members(3)
                .tls(context(MEMBER))
                .user("alice", "pencil")
                .start();
        MongoClient client =
            driver(set.connectionString("alice", "pencil") + compression, context());
        TcpTransport transport =
            TcpTransport.connect(
                set.connectionString("alice", "pencil") + compression + believing(directory));
        var stream = ChangeStreams.watch(transport, WatchTarget.database("shop")).open()) {
      client.getDatabase("shop").getCollection("c").insertOne(new Document("_id", 1));
      set.stepDown();
      client.getDatabase("shop").getCollection("c").insertOne(new Document("_id", 2));

      assertThat(stream.next()).isInstanceOf(Next.Event.class);
      assertThat(stream.next()).isInstanceOf(Next.Event.class);
      Traffic traffic = set.traffic();
      assertThat(traffic.encrypted()).containsOnlyKeys("TLSv1.3");
      assertThat(traffic.authenticated()).containsOnlyKeys("SCRAM-SHA-256");
      assertThat(traffic.compressed().keySet())
          .isEqualTo(compression.isEmpty() ? Set.of() : Set.of("zstd"));
    }
  }

  @Test
  void bothDriversShowACertificate() throws Exception {
    try (FakeReplicaSet set =
            FakeReplicaSet.builder().tls(context(MEMBER)).demandClientCertificates().start();
        MongoClient client = driver(set.connectionString(), context(CLIENT));
        TcpTransport transport =
            TcpTransport.connect(set.connectionString() + showing(directory, CLIENT));
        var stream = ChangeStreams.watch(transport, WatchTarget.database("shop")).open()) {
      assertThat(stream.isAlive()).isTrue();
      assertThat(client.getDatabase("d").getCollection("c").countDocuments()).isZero();
      assertThat(set.history().events())
          .filteredOn(event -> event.kind() == Kind.ENCRYPTED)
          .isNotEmpty()
          .allSatisfy(event -> assertThat(event.name()).isEqualTo("TLSv1.3 " + subject(CLIENT)));
    }
  }

  static Stream<Arguments> logins() {
    return Stream.of(ServerVersion.NEWEST, ServerVersion.parse("4.2"))
        .flatMap(
            release ->
                Stream.of(
                    Arguments.of(release, Named.of("named", encoded(subject(CLIENT)) + "@")),
                    Arguments.of(release, Named.of("not named", ""))));
  }

  @ParameterizedTest
  @MethodSource("logins")
  void bothDriversAreWhomTheirCertificateNames(ServerVersion release, String user)
      throws Exception {
    try (FakeReplicaSet set = withX509User(release)) {
      String uri = set.connectionString().replace("//", "//" + user) + X509;
      try (TcpTransport transport = TcpTransport.connect(uri + showing(directory, CLIENT));
          var stream = ChangeStreams.watch(transport, WatchTarget.database("shop")).open();
          MongoClient client = driver(uri, context(CLIENT))) {
        assertThat(stream.isAlive()).isTrue();
        BsonDocument status =
            client
                .getDatabase("admin")
                .runCommand(BsonDocument.parse("{connectionStatus: 1}"), BsonDocument.class);
        assertThat(status.getDocument("authInfo").getArray("authenticatedUsers"))
            .containsExactly(
                new BsonDocument("user", new BsonString(subject(CLIENT)))
                    .append("db", new BsonString("$external")));
      }
      assertThat(set.traffic().authenticated()).containsOnlyKeys("MONGODB-X509");
    }
  }

  /** Who shows a certificate is let into TLS, and need not be a user for that. */
  @Test
  void whoseCertificateNamesNoUserIsNotAuthenticated() throws Exception {
    HeldCertificate nobody =
        new HeldCertificate.Builder().commonName("bob").signedBy(Certificates.AUTHORITY).build();
    try (FakeReplicaSet set = withX509User(ServerVersion.NEWEST)) {
      String uri = set.connectionString() + X509;
      try (TcpTransport transport = TcpTransport.connect(uri + showing(directory, nobody))) {
        ChangeStreams<?> stream = ChangeStreams.watch(transport, WatchTarget.database("shop"));

        assertThatThrownBy(stream::open)
            .isInstanceOf(ChangeStreamException.NotAuthenticated.class)
            .hasMessageStartingWith(
                set.member(0).address() + ": MONGODB-X509 authentication of the certificate");
      }
      try (MongoClient client = driver(uri, context(nobody))) {
        assertThatThrownBy(() -> client.getDatabase("d").getCollection("c").countDocuments())
            .isInstanceOf(MongoSecurityException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoIsNotNamedByItsCertificateIsNotAuthenticated(boolean shown) throws Exception {
    try (FakeReplicaSet set = withX509User(ServerVersion.NEWEST);
        TcpTransport transport =
            TcpTransport.connect(
                set.connectionString().replace("//", "//" + (shown ? "CN=bob@" : ""))
                    + X509
                    + (shown ? showing(directory, CLIENT) : believing(directory)))) {
      ChangeStreams<?> stream = ChangeStreams.watch(transport, WatchTarget.database("shop"));

      assertThatThrownBy(stream::open)
          .isInstanceOf(ChangeStreamException.NotAuthenticated.class)
          .hasMessageContaining("error 18 AuthenticationFailed");
    }
  }

  static Stream<Arguments> notBelieved() {
    return Stream.of(
        Arguments.of(
            Named.of("expired", Certificates.expired()),
            "the server's certificate, or that of its authority, has expired"),
        Arguments.of(
            Named.of("for another host", Certificates.member("db.example.com")),
            "the server's certificate is for another host"),
        Arguments.of(
            Named.of("of an unknown authority", STRANGER),
            "no authority that is believed has signed the server's certificate"));
  }

  @ParameterizedTest
  @MethodSource("notBelieved")
  void whoIsNotBelievedIsUnreachable(HeldCertificate certificate, String reason) throws Exception {
    try (FakeReplicaSet set = FakeReplicaSet.builder().tls(context(certificate)).start()) {
      assertUnreachable(set, set.connectionString() + believing(directory), reason);
      try (MongoClient client =
          driver(set.connectionString() + "&serverSelectionTimeoutMS=500", context())) {
        assertThatThrownBy(() -> client.getDatabase("d").getCollection("c").countDocuments())
            .isInstanceOf(MongoTimeoutException.class);
      }
      assertThat(set.traffic().messages()).isZero();
    }
  }

  @Test
  void withoutACertificateASetThatDemandsOneIsUnreachable() throws Exception {
    try (FakeReplicaSet set =
        FakeReplicaSet.builder().tls(context(MEMBER)).demandClientCertificates().start()) {
      assertUnreachable(set, set.connectionString() + believing(directory), "the server refused");
    }
  }

  @Test
  void aSetThatSpeaksTlsHangsUpOnWhoDoesNot() throws Exception {
    try (FakeReplicaSet set = FakeReplicaSet.builder().tls(context(MEMBER)).start()) {
      String plaintext = set.connectionString().replace("tls=true", "tls=false");
      assertUnreachable(set, plaintext, "the server closed the connection");
    }
  }

  @Test
  void aSetThatDoesNotSpeakTlsHangsUpOnWhoDoes() throws Exception {
    try (FakeReplicaSet set = FakeReplicaSet.start(1)) {
      assertUnreachable(
          set,
          set.connectionString() + believing(directory),
          "the server closed the connection during the handshake: perhaps it does not speak TLS");
    }
  }

  /** Faults that cut what is sent cut records too. */
  @Test
  void aReplyThatIsTornOffIsResumedFrom() throws Exception {
    try (FakeReplicaSet set = FakeReplicaSet.builder().tls(context(MEMBER)).start();
        MongoClient client = driver(set.connectionString(), context());
        TcpTransport transport =
            TcpTransport.connect(set.connectionString() + believing(directory));
        var stream = ChangeStreams.watch(transport, WatchTarget.database("shop")).open()) {
      set.faults().on("getMore").nth(1).closeMidReply(10);
      client.getDatabase("shop").getCollection("c").insertOne(new Document("_id", 1));

      assertThat(stream.next()).isInstanceOf(Next.Event.class);
      assertThat(set.history().commands("aggregate")).hasSize(2);
    }
  }

  private static void assertUnreachable(FakeReplicaSet set, String uri, String reason)
      throws InterruptedException {
    String address = set.member(0).address();
    try (TcpTransport transport = TcpTransport.connect(uri + "&serverSelectionTimeoutMS=500")) {
      ChangeStreams<?> streams = ChangeStreams.watch(transport, WatchTarget.database("shop"));
      Eventually.await(
          "the server was looked at",
          () -> whyUnreachable(streams).contains(address + " Unknown ("));
      assertThat(whyUnreachable(streams)).contains(address + " Unknown (").contains(reason);
    }
    Eventually.await("every connection is closed", () -> openConnections(set) == 0);
  }

  private static String whyUnreachable(ChangeStreams<?> streams) {
    try (var stream = streams.open()) {
      throw new AssertionError("reached, alive: " + stream.isAlive());
    } catch (ChangeStreamException.Unreachable e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static FakeReplicaSet withX509User(ServerVersion release) {
    return FakeReplicaSet.builder()
        .serverVersion(release)
        .tls(context(MEMBER))
        .x509User(subject(CLIENT))
        .start();
  }

  private static MongoClient driver(String uri, SSLContext context) {
    return MongoClients.create(
        MongoClientSettings.builder()
            .applyConnectionString(new ConnectionString(uri))
            .applyToSslSettings(ssl -> ssl.context(context))
            .build());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static long openConnections(FakeReplicaSet set) {
    List<HistoryEvent> events = set.history().events();
    return count(events, Kind.CONNECTED) - count(events, Kind.CLOSED);
  }

  private static long count(List<HistoryEvent> events, Kind kind) {
    return events.stream().filter(event -> event.kind() == kind).count();
  }
}
