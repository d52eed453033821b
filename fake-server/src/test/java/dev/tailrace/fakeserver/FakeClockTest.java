package dev.tailrace.fakeserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.core.ReplicaSetCore;
import dev.tailrace.fakeserver.network.Listeners;
import dev.tailrace.fakeserver.network.TcpHost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class FakeClockTest {

  @Test
  void theWallClockGoesOnWhileTheSetIsIdle() {
    try (FakeReplicaSet set = FakeReplicaSet.builder().virtualTime().start()) {
      long before = set.clock().wallMillis();
      set.clock().advance(Duration.ofMillis(123));
      assertThat(set.clock().wallMillis() - before).isEqualTo(123);
      set.clock().jump(Duration.ofMinutes(-1));
      set.clock().advance(Duration.ofMillis(7));
      assertThat(set.clock().wallMillis() - before).isEqualTo(130 - 60_000);
    }
  }

  @Test
  void inRealTimeItsClockBeganWithItsWallClock() {
    long originNanos = System.nanoTime() - TimeUnit.HOURS.toNanos(1);
    Listeners listeners = Listeners.open(1, 0);
    ReplicaSetCore core =
        new ReplicaSetCore(
            new ReplicaSetCore.Config(
                "rs0",
                listeners.addresses(),
                1,
                ServerVersion.NEWEST,
                false,
                false,
                0,
                1_000_000,
                1 << 20,
                List.of(),
                List.of()));
    try (TcpHost host = new TcpHost(core, listeners, Optional.empty(), originNanos)) {
      assertThat(host.nowNanos()).isGreaterThanOrEqualTo(TimeUnit.HOURS.toNanos(1));
      assertThat(new FakeClock(host).wallMillis())
          .isGreaterThanOrEqualTo(1_000_000 + TimeUnit.HOURS.toMillis(1));
    }
  }

  @Test
  void inRealTimeEventsBearTheTimeAtWhichTheyHappened() throws InterruptedException {
    try (FakeReplicaSet set = FakeReplicaSet.start(1);
        Conversation client = new Conversation(set, 0, "d")) {
      BsonDocument cursor = client.watch("c", "{}");
      long before = set.clock().wallMillis();
      client.ok("{insert: 'c', documents: [{_id: 1}]}");
      long after = set.clock().wallMillis();
      assertThat(client.events(cursor).get(0).getDateTime("wallTime").getValue())
          .isBetween(before, after);
    }
  }
}
