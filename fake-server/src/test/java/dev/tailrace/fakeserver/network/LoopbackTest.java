package dev.tailrace.fakeserver.network;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class LoopbackTest {

  private static final Target PRIMARY = new Target.AnyEligible(ReadPreference.PRIMARY);
  private static final Target SECONDARY =
      new Target.AnyEligible(ReadPreference.of(ReadPreference.Mode.SECONDARY));

  private static Outcome exchange(Transport transport, Target target, String command)
      throws InterruptedException {
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    Thread waiting = Thread.currentThread();
    transport.send(
        new Request(target, "d", BsonDocument.parse(command)),
        result -> {
          outcome.set(result);
          LockSupport.unpark(waiting);
        });
    long until = transport.timers().nanoTime() + Duration.ofMinutes(1).toNanos();
    while (outcome.get() == null && transport.timers().nanoTime() < until) {
      transport.await(() -> outcome.get() != null, until);
    }
    return requireNonNull(outcome.get(), "no outcome in a minute");
  }

  private static BsonDocument reply(Outcome outcome) {
    return ((Outcome.Replied) outcome).reply().asDocument();
  }

  @Test
  void carriesCommandsToTheMemberThatTheReadPreferenceAdmits() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().members(3).virtualTime().start();
        Transport transport = set.transport()) {
      Outcome.Replied primary =
          (Outcome.Replied) exchange(transport, PRIMARY, "{insert: 'c', documents: [{_id: 1}]}");
      assertThat(primary.server().address()).isEqualTo(set.member(0).address());
      Outcome.Replied secondary = (Outcome.Replied) exchange(transport, SECONDARY, "{find: 'c'}");
      assertThat(secondary.server().address()).isNotEqualTo(set.member(0).address());
      assertThat(reply(secondary).getDocument("cursor").getArray("firstBatch")).hasSize(1);
    }
  }

  @Test
  void noticesAStepDownTheHardWay() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().members(3).virtualTime().start();
        Transport transport = set.transport()) {
      exchange(transport, PRIMARY, "{ping: 1}");
      set.stepDown();
      Outcome first = exchange(transport, PRIMARY, "{insert: 'c', documents: [{_id: 1}]}");
      assertThat(reply(first).getInt32("code").getValue()).isEqualTo(10107);
      Outcome second = exchange(transport, PRIMARY, "{insert: 'c', documents: [{_id: 1}]}");
      assertThat(reply(second).getInt32("n").getValue()).isEqualTo(1);
    }
  }

  @Test
  void aConnectionThatIsClosedIsANetworkFailure() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().virtualTime().start();
        Transport transport = set.transport()) {
      set.faults().on("ping").closeConnection();
      Outcome.Failed failed = (Outcome.Failed) exchange(transport, PRIMARY, "{ping: 1}");
      assertThat(failed.reason()).isEqualTo(Outcome.Reason.NETWORK);
      assertThat(exchange(transport, PRIMARY, "{ping: 1}")).isInstanceOf(Outcome.Replied.class);
    }
  }

  @Test
  void givesUpSelectingAfterThirtySecondsOfItsClock() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().members(3).virtualTime().start();
        Transport transport = set.transport()) {
      set.member(1).crash();
      set.member(2).crash();
      long before = transport.timers().nanoTime();
      Outcome.Failed failed =
          (Outcome.Failed) exchange(transport, PRIMARY, "{insert: 'c', documents: [{}]}");
      assertThat(failed.reason()).isEqualTo(Outcome.Reason.NO_ELIGIBLE_SERVER);
      assertThat(transport.timers().nanoTime() - before)
          .isBetween(Duration.ofSeconds(30).toNanos(), Duration.ofSeconds(31).toNanos());
    }
  }

  @Test
  void anAbandonedExchangeLeavesNothingAtTheServer() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().virtualTime().start();
        Transport transport = set.transport()) {
      BsonDocument opened =
          reply(
              exchange(
                  transport,
                  PRIMARY,
                  "{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}}"));
      String id = opened.getDocument("cursor").getInt64("id").getValue() + "";
      Transport.Exchange waiting =
          transport.send(
              new Request(
                  PRIMARY,
                  "d",
                  BsonDocument.parse(
                      "{getMore: {$numberLong: '" + id + "'}, collection: 'c', maxTimeMS: 60000}")),
              outcome -> {
                throw new AssertionError("abandoned, and answered all the same: " + outcome);
              });
      assertThat(set.awaitWatchers(1, Duration.ofSeconds(1))).isTrue();
      waiting.abandon();
      set.clock().advance(Duration.ofMinutes(2));
      assertThat(set.openCursors()).isZero();
    }
  }

  @Test
  void messagesTakeTheirTimeAndAMemberThatIsCutOffHearsNothing() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().members(3).virtualTime().start();
        Transport transport = set.transport()) {
      set.network().setLatency(Duration.ofMillis(5), Duration.ofMillis(5));
      long before = transport.timers().nanoTime();
      exchange(transport, PRIMARY, "{ping: 1}");
      assertThat(transport.timers().nanoTime() - before).isEqualTo(Duration.ofMillis(10).toNanos());
      set.network().cutOff(0);
      Outcome.Failed failed = (Outcome.Failed) exchange(transport, PRIMARY, "{ping: 1}");
      assertThat(failed.reason()).isEqualTo(Outcome.Reason.NO_ELIGIBLE_SERVER);
    }
  }

  @Test
  void tellsWhatTheServersAre() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().virtualTime().start();
        Transport transport = set.transport()) {
      assertThat(((Outcome.Replied) exchange(transport, PRIMARY, "{ping: 1}")).server().kind())
          .isEqualTo(ServerKind.REPLICA_SET_MEMBER);
      assertThat(((Outcome.Replied) exchange(transport, PRIMARY, "{none: 1}")).server().kind())
          .isEqualTo(ServerKind.REPLICA_SET_MEMBER);
    }
    try (var standalone = FakeReplicaSet.builder().standalone().virtualTime().start();
        Transport transport = standalone.transport()) {
      assertThat(((Outcome.Replied) exchange(transport, PRIMARY, "{none: 1}")).server().kind())
          .isEqualTo(ServerKind.STANDALONE);
    }
  }

  @Test
  void worksBesideASetInRealTime() throws InterruptedException {
    try (var set = FakeReplicaSet.start(1);
        Transport transport = set.transport()) {
      assertThat(reply(exchange(transport, PRIMARY, "{ping: 1}")).getNumber("ok").intValue())
          .isEqualTo(1);
    }
  }
}
