package dev.tailrace.conformance.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tailrace.conformance.support.Eventually;
import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.history.HistoryEvent;
import dev.tailrace.fakeserver.history.HistoryEvent.Kind;
import dev.tailrace.wire.auth.AuthenticationException;
import dev.tailrace.wire.tcp.TcpTransport;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Users of the fake set, by the engine's transport and by the official driver, which is the
 * control. The names and passwords beyond ASCII are those of the specification's prose tests.
 */
@Timeout(60)
class AuthenticationTest {

  /** The user, the password it was made with, and what else the same password can be written as. */
  private static final Map<String, List<String>> USERS =
      new TreeMap<>(
          Map.of(
              "both", List.of("pencil"),
              "a:b@c/d=,%", List.of("p:q@r/s=,%"),
              "IX", List.of("IX", "I\u00ADX"),
              "\u2168", List.of("\u2163", "IV", "I\u00ADV")));

  private static final FakeReplicaSet set = start(ServerVersion.NEWEST);

  private static FakeReplicaSet start(ServerVersion release) {
    FakeReplicaSet.Builder builder = FakeReplicaSet.builder().serverVersion(release);
    USERS.forEach((name, passwords) -> builder.user(name, passwords.get(0)));
    return builder.userOfOldMechanism("sha1", "pencil").start();
  }

  @BeforeAll
  static void openTheSetOnce() {
    assertThat(set.primary()).isPresent();
  }

  @AfterAll
  static void close() {
    set.close();
  }

  static Stream<Arguments> logins() {
    Stream<Arguments> prepared =
        USERS.entrySet().stream()
            .flatMap(
                user ->
                    user.getValue().stream()
                        .flatMap(
                            password ->
                                Stream.of(
                                    Arguments.of(user.getKey(), password, ""),
                                    Arguments.of(user.getKey(), password, "SCRAM-SHA-256"))));
    Stream<Arguments> asTheyAre =
        USERS.entrySet().stream()
            .map(user -> Arguments.of(user.getKey(), user.getValue().get(0), "SCRAM-SHA-1"));
    Stream<Arguments> old =
        Stream.of(
            Arguments.of("sha1", "pencil", ""), Arguments.of("sha1", "pencil", "SCRAM-SHA-1"));
    return Stream.of(prepared, asTheyAre, old).flatMap(logins -> logins);
  }

  @ParameterizedTest
  @MethodSource("logins")
  void theEngineIsLetIn(String user, String password, String mechanism)
      throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(uri(user, password, mechanism));
        var stream = ChangeStreams.watch(transport, WatchTarget.database("shop")).open()) {
      assertThat(stream.isAlive()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("logins")
  void theOfficialDriverIsLetIn(String user, String password, String mechanism) {
    try (MongoClient client = MongoClients.create(uri(user, password, mechanism))) {
      BsonDocument status =
          client
              .getDatabase("admin")
              .runCommand(BsonDocument.parse("{connectionStatus: 1}"), BsonDocument.class);

      BsonDocument found =
          status.getDocument("authInfo").getArray("authenticatedUsers").get(0).asDocument();
      assertThat(found.getString("user").getValue()).isEqualTo(user);
      assertThat(found.getString("db").getValue()).isEqualTo("admin");
    }
  }

  /** Before 4.4 nothing begins within the hello. */
  @Test
  void theOldestReleaseLetsInToo() throws InterruptedException {
    try (FakeReplicaSet old = start(ServerVersion.parse("4.2"));
        TcpTransport transport = TcpTransport.connect(old.connectionString("both", "pencil"));
        var stream = ChangeStreams.watch(transport, WatchTarget.database("shop")).open();
        MongoClient client = MongoClients.create(old.connectionString("both", "pencil"))) {
      assertThat(stream.isAlive()).isTrue();
      assertThat(client.getDatabase("d").getCollection("c").countDocuments()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "both, wrong, ''",
    "both, wrong, SCRAM-SHA-1",
    "both, wrong, SCRAM-SHA-256",
    "nobody, pencil, ''",
    "nobody, pencil, SCRAM-SHA-256",
    "sha1, pencil, SCRAM-SHA-256"
  })
  void whoIsNotBelievedIsToldOnce(String user, String password, String mechanism)
      throws InterruptedException {
    try (FakeReplicaSet own = start(ServerVersion.NEWEST)) {
      String uri = withMechanism(own.connectionString(user, password), mechanism);
      try (TcpTransport transport = TcpTransport.connect(uri)) {
        ChangeStreams<?> stream = ChangeStreams.watch(transport, WatchTarget.database("shop"));

        assertThatThrownBy(stream::open)
            .isInstanceOf(ChangeStreamException.NotAuthenticated.class)
            .hasMessageStartingWith(own.member(0).address())
            .hasMessageContaining(mechanism.isEmpty() ? "SCRAM" : mechanism)
            .hasMessageContaining("error 18 AuthenticationFailed: Authentication failed.")
            .hasMessageNotContaining(password)
            .cause()
            .isInstanceOfSatisfying(
                AuthenticationException.class, e -> assertThat(e.code()).isEqualTo(18));
      }
      assertThat(refusals(own)).isEqualTo(1);
      assertThat(own.history().commands("aggregate")).isEmpty();
      Eventually.await("every connection is closed", () -> openConnections(own) == 0);
    }
  }

  @Test
  void theOfficialDriverIsNotBelievedEither() {
    try (MongoClient client = MongoClients.create(set.connectionString("both", "wrong"))) {
      assertThatThrownBy(() -> client.getDatabase("d").getCollection("c").countDocuments())
          .isInstanceOf(MongoSecurityException.class)
          .cause()
          .isInstanceOfSatisfying(MongoException.class, e -> assertThat(e.getCode()).isEqualTo(18));
    }
  }

  @Test
  void withoutAUserNothingIsAllowed() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(set.connectionString())) {
      ChangeStreams<?> stream = ChangeStreams.watch(transport, WatchTarget.database("shop"));

      assertThatThrownBy(stream::open)
          .isInstanceOfSatisfying(
              ChangeStreamException.Refused.class, e -> assertThat(e.code()).isEqualTo(13))
          .hasMessageContaining("command aggregate requires authentication");
    }
  }

  /** A failure that passes costs one failure, and the server is found again at once. */
  @Test
  void afterAFailureTheNextConnectionMaySucceed() throws InterruptedException {
    try (FakeReplicaSet own = start(ServerVersion.NEWEST);
        TcpTransport transport = TcpTransport.connect(own.connectionString("both", "pencil"))) {
      own.faults().on("saslContinue").nth(1).fail(18);
      ChangeStreams<?> streams = ChangeStreams.watch(transport, WatchTarget.database("shop"));

      assertThatThrownBy(streams::open).isInstanceOf(ChangeStreamException.NotAuthenticated.class);
      try (var stream = streams.open()) {
        assertThat(stream.isAlive()).isTrue();
      }
    }
  }

  /** A server that goes away meanwhile is a reason to try once more, as with any read. */
  @Test
  void aConnectionThatBreaksMeanwhileIsTriedAgain() throws InterruptedException {
    try (FakeReplicaSet own = start(ServerVersion.NEWEST);
        TcpTransport transport = TcpTransport.connect(own.connectionString("both", "pencil"))) {
      own.faults().on("saslContinue").nth(1).closeConnection();

      try (var stream = ChangeStreams.watch(transport, WatchTarget.database("shop")).open()) {
        assertThat(stream.isAlive()).isTrue();
      }
      assertThat(own.history().commands("saslContinue")).hasSize(2);
    }
  }

  private static String uri(String user, String password, String mechanism) {
    return withMechanism(set.connectionString(user, password), mechanism);
  }

  private static String withMechanism(String uri, String mechanism) {
    return mechanism.isEmpty() ? uri : uri + "&authMechanism=" + mechanism;
  }

  private static long refusals(FakeReplicaSet set) {
    return Stream.of("saslStart", "saslContinue")
        .flatMap(name -> set.history().replies(name).stream())
        .filter(reply -> reply.document() != null && reply.document().containsKey("code"))
        .count();
  }

  private static long openConnections(FakeReplicaSet set) {
    List<HistoryEvent> events = set.history().events();
    return count(events, Kind.CONNECTED) - count(events, Kind.CLOSED);
  }

  private static long count(List<HistoryEvent> events, Kind kind) {
    return events.stream().filter(event -> event.kind() == kind).count();
  }
}
