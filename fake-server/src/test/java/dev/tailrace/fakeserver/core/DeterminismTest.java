package dev.tailrace.fakeserver.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The same seed and the same inputs give the same bytes. */
class DeterminismTest {

  private static long run(long seed) throws InterruptedException {
    try (var set = FakeReplicaSet.builder().members(3).virtualTime().seed(seed).start();
        var client = new Conversation(set, 0, "d");
        var other = new Conversation(set, 1, "d")) {
      set.network().setLatency(Duration.ofMillis(1), Duration.ofMillis(9));
      set.faults().on("insert").withProbability(0.3).failWithLabels(91, "A");
      set.member(1).setLag(Duration.ofMillis(30));
      var cursor = client.watch("c", "{}");
      for (int i = 0; i < 30; i++) {
        client.run("{insert: 'c', documents: [{x: " + i + "}]}");
        other.run("{hello: 1}");
      }
      client.events(cursor);
      set.stepDown();
      set.clock().advance(Duration.ofSeconds(30));
      other.run("{replSetGetStatus: 1}");
      other.run("{insert: 'c', documents: [{x: 1}, {x: 2}]}");
      return set.outputHash();
    }
  }

  @Test
  void theSameSeedGivesTheSameOutput() throws InterruptedException {
    assertThat(run(42)).isEqualTo(run(42));
  }

  @Test
  void anotherSeedGivesAnother() throws InterruptedException {
    assertThat(run(42)).isNotEqualTo(run(43));
  }
}
