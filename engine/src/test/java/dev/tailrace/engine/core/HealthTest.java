package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * When a stream whose token stands still, while the server's time goes on, counts as stuck: the
 * edges. A token stands still for 30 s, and is then told to be behind by more than that.
 */
class HealthTest {

  private static final Duration STALLED_AFTER = Duration.ofSeconds(30);

  /** At second 1671624419. */
  private static final String TOKEN = "pbrt=8263A2F6E3000000012B0229296E04";

  private static final Position POSITION = Happenings.positionAfter(null, "aggregate " + TOKEN);
  private static final CursorReply BEHIND_BY_30_S = Happenings.reply(TOKEN + " time=1671624449");
  private static final CursorReply BEHIND_BY_31_S = Happenings.reply(TOKEN + " time=1671624450");

  private final Health health =
      new Health(ChangeStreamOptions.builder().stalledAfter(STALLED_AFTER).build());

  @Test
  void moreThanTheTimeBehindIsStuckAndNoLess() {
    health.cursorOpened(0);
    health.batchArrived(BEHIND_BY_30_S, POSITION, /* moved= */ false, seconds(40));
    assertThat(isStuckAt(seconds(40))).isFalse();

    health.batchArrived(BEHIND_BY_31_S, POSITION, /* moved= */ false, seconds(40));
    assertThat(isStuckAt(seconds(40))).isTrue();
  }

  @Test
  void standingStillForTheTimeIsStuckAndNoLess() {
    health.cursorOpened(0);
    health.batchArrived(BEHIND_BY_31_S, POSITION, /* moved= */ false, seconds(30) - 1);
    assertThat(isStuckAt(seconds(30) - 1)).isFalse();

    health.batchArrived(BEHIND_BY_31_S, POSITION, /* moved= */ false, seconds(30));
    assertThat(isStuckAt(seconds(30))).isTrue();
  }

  @Test
  void eventsShowThatTheStreamGetsOnAlsoBeforeTheyAreHandedOver() {
    health.cursorOpened(0);
    health.batchArrived(Happenings.replyWithEvents(), POSITION, /* moved= */ false, seconds(40));
    health.batchArrived(BEHIND_BY_31_S, POSITION, /* moved= */ false, seconds(41));

    assertThat(isStuckAt(seconds(41))).isFalse();
  }

  @Test
  void itIsToldOnce() {
    health.cursorOpened(0);
    health.batchArrived(BEHIND_BY_31_S, POSITION, /* moved= */ false, seconds(40));

    assertThat(health.tellStuck(vitals(seconds(40)), seconds(40))).isPresent();
    assertThat(health.tellStuck(vitals(seconds(40)), seconds(40))).isEmpty();
    assertThat(health.tellAtNanos(vitals(seconds(40)))).isEqualTo(Step.NEVER);
  }

  /** A reader that polls is away between two polls, in which nothing is known to be wrong. */
  @Test
  void itIsToldOnceAlsoToAReaderThatComesAndGoes() {
    ResumeBudget budget = new ResumeBudget(ResumePolicy.persistent(Duration.ofHours(1)), () -> 0);
    budget.attemptBegins(0);

    assertThat(tellStuckInterrupted(budget, /* isAsked= */ true, seconds(31))).isPresent();
    assertThat(tellStuckInterrupted(budget, /* isAsked= */ false, seconds(32))).isEmpty();
    assertThat(tellStuckInterrupted(budget, /* isAsked= */ true, seconds(33))).isEmpty();
  }

  private Optional<String> tellStuckInterrupted(
      ResumeBudget budget, boolean isAsked, long nowNanos) {
    State interrupted = new State.Interrupted(new State.Interruption("gone", 1, 0));
    return health.tellStuck(
        health.vitals(interrupted, POSITION, isAsked, budget, nowNanos), nowNanos);
  }

  private boolean isStuckAt(long nowNanos) {
    return vitals(nowNanos).statusAt(nowNanos).phase() instanceof StreamStatus.Stalled;
  }

  private Vitals vitals(long nowNanos) {
    ServerCursor cursor =
        new ServerCursor(
            7, new ServerRef("a:27017", 25, ServerKind.REPLICA_SET_MEMBER), "shop.orders");
    return health.vitals(
        new State.Streaming(cursor, BEHIND_BY_30_S.batch(), Optional.empty(), Optional.empty()),
        POSITION,
        /* isAsked= */ true,
        new ResumeBudget(ResumePolicy.spec(), () -> 0),
        nowNanos);
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
