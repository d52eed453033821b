package dev.tailrace.conformance.transport;

import static dev.tailrace.conformance.transport.Exchanges.PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.selector.ServerSelector;
import dev.tailrace.conformance.support.DriverSettings;
import dev.tailrace.conformance.support.Eventually;
import dev.tailrace.conformance.transport.Exchanges.Cursor;
import dev.tailrace.conformance.transport.Exchanges.Sent;
import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Outcome.Replied;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.TimeLimit;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.transport.driver.MongoClientTransport;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** What there is to say of the transport over the official driver alone. */
class MongoClientTransportTest {

  private static MongoClientTransport connect(FakeReplicaSet set) {
    return MongoClientTransport.connect(DriverSettings.of(set.connectionString()).build());
  }

  @Test
  void theDriverDoesNotRepeatWhatAnOverloadedServerRefuses() throws InterruptedException {
    try (var set = FakeReplicaSet.start(1);
        var transport = connect(set)) {
      Exchanges exchanges = new Exchanges(transport);
      exchanges.run("{ping: 1}");
      set.faults().on("find").failWithLabels(462, "SystemOverloadedError", "RetryableError");

      BsonDocument reply = exchanges.send(PRIMARY, "{find: 'c'}").awaitDocument();

      assertThat(reply.getNumber("code").intValue()).isEqualTo(462);
      assertThat(set.history().commands("find")).hasSize(1);
    }
  }

  @Test
  void whoIsNotBelievedIsToldSoOnceAndWithoutThePassword() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().user("ann", "right").start();
        var believed =
            MongoClientTransport.connect(
                DriverSettings.of(set.connectionString("ann", "right")).build());
        var mistaken =
            MongoClientTransport.connect(
                DriverSettings.of(set.connectionString("ann", "wr0ng")).build())) {
      new Exchanges(believed).run("{ping: 1}");

      Failed failed = new Exchanges(mistaken).send(PRIMARY, "{ping: 1}").awaitFailure();

      assertThat(failed.reason()).isEqualTo(Reason.NOT_AUTHENTICATED);
      assertThat(failed.toString()).doesNotContain("wr0ng");
    }
  }

  @Test
  void theTimeoutOfTheSettingsDoesNotCount() throws InterruptedException {
    try (var set = FakeReplicaSet.start(1);
        var transport =
            MongoClientTransport.connect(
                DriverSettings.of(set.connectionString()).timeout(60, TimeUnit.SECONDS).build())) {
      new Exchanges(transport).run("{find: 'c'}");

      assertThat(set.history().commands("find"))
          .singleElement()
          .satisfies(event -> assertThat(event.document()).doesNotContainKey("maxTimeMS"));
    }
  }

  @Test
  void theUsersSelectorDecidesWhereAStreamIsOpenedAndNotWhereItsCursorIs()
      throws InterruptedException {
    try (var set = FakeReplicaSet.start(3)) {
      String[] wanted = {set.member(1).address()};
      ServerSelector users =
          cluster ->
              cluster.getServerDescriptions().stream()
                  .filter(server -> server.getAddress().toString().equals(wanted[0]))
                  .toList();
      MongoClientSettings settings =
          DriverSettings.of(set.connectionString())
              .applyToClusterSettings(cluster -> cluster.serverSelector(users))
              .build();
      try (var transport = MongoClientTransport.connect(settings)) {
        Exchanges exchanges = new Exchanges(transport);
        Cursor cursor = exchanges.watch(Exchanges.any(Mode.SECONDARY));
        assertThat(cursor.server().address()).isEqualTo(set.member(1).address());
        wanted[0] = set.member(2).address();

        Replied killed = exchanges.send(cursor.killCursors()).awaitReply();

        assertThat(killed.server()).isEqualTo(cursor.server());
        assertThat(set.openCursors()).isZero();
      }
    }
  }

  @Test
  void moreStreamsWaitThanTheDriverUsuallyHasConnections() throws InterruptedException {
    try (var set = FakeReplicaSet.start(1);
        var transport = connect(set)) {
      Exchanges exchanges = new Exchanges(transport);
      for (int i = 1; i <= 110; i++) {
        exchanges.send(exchanges.watch(PRIMARY).getMore());
      }

      exchanges.await("all wait", () -> set.history().commands("getMore").size() == 110);
      exchanges.run("{ping: 1}");
    }
  }

  /** Where the read cannot be interrupted, the answer comes when its exchange is over already. */
  @Test
  @EnabledForJreRange(max = JRE.JAVA_20, disabledReason = "there the connection is closed")
  void aCursorThatNobodyHasHeardOfIsKilled() throws InterruptedException {
    try (var set = FakeReplicaSet.start(1);
        var transport = connect(set)) {
      Exchanges exchanges = new Exchanges(transport);
      exchanges.run("{ping: 1}");
      set.faults().on("aggregate").delay(Duration.ofMillis(500));
      long untilNanos = transport.timers().nanoTime() + Duration.ofMillis(100).toNanos();

      Sent sent =
          exchanges.send(
              new Request(
                  PRIMARY,
                  Exchanges.DATABASE,
                  BsonDocument.parse(
                      "{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}}"),
                  Optional.of(new TimeLimit(untilNanos, OptionalLong.empty()))));

      assertThat(sent.awaitFailure().reason()).isEqualTo(Reason.TIMEOUT);
      Eventually.await("killed", () -> set.history().replies("killCursors").size() == 1);
      assertThat(set.openCursors()).isZero();
      assertThat(sent.outcomes()).hasSize(1);
    }
  }

  @Test
  void loadBalancersAreRefused() {
    MongoClientSettings settings =
        MongoClientSettings.builder()
            .applyConnectionString(new ConnectionString("mongodb://127.0.0.1:1/?loadBalanced=true"))
            .build();

    assertThatThrownBy(() -> MongoClientTransport.connect(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("load balancer");
  }
}
