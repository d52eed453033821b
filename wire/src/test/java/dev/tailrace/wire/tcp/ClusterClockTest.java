package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;

class ClusterClockTest {

  private final ClusterClock clock = new ClusterClock();

  @Test
  void goesForwardOnly() {
    assertThat(clock.newest()).isEmpty();
    clock.advance(time(5, 2));
    clock.advance(time(5, 1));
    clock.advance(time(4, 9));
    assertThat(clock.newest()).contains(time(5, 2));

    clock.advance(time(5, 3));
    assertThat(clock.newest()).contains(time(5, 3));
  }

  /** Seconds are unsigned: in 2038 time goes on. */
  @Test
  void goesOnPast2038() {
    clock.advance(time(Integer.MAX_VALUE, 1));
    clock.advance(time(Integer.MIN_VALUE, 1));

    assertThat(clock.newest()).contains(time(Integer.MIN_VALUE, 1));
  }

  @Test
  void whatIsNoTimeIsNotHeard() {
    clock.advance(new BsonDocument());
    clock.advance(BsonDocument.parse("{clusterTime: 7}"));

    assertThat(clock.newest()).isEmpty();
  }

  private static BsonDocument time(int seconds, int increment) {
    return new BsonDocument("clusterTime", new BsonTimestamp(seconds, increment));
  }
}
