package dev.tailrace.wire.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import dev.tailrace.wire.event.PoolOptions;
import dev.tailrace.wire.topology.ServerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What the official suite does not ask: farewells, limits that are passed, pauses, alarms. A test
 * reads as a conversation: what goes in, and in words what is to be done.
 */
class PoolMachineTest {

  private static final ServerAddress ADDRESS = new ServerAddress("a", 1);

  private final List<String> said = new ArrayList<>();

  @Test
  void whoAsksFirstIsServedFirst() {
    PoolMachine pool = ready(1, 0, 0);
    assertThat(told(pool.checkOut(1, false, 0))).containsExactly("open 1 for 1");
    assertThat(told(pool.opened(1, 0))).containsExactly("lend 1 to 1");
    assertThat(told(pool.checkOut(2, false, 0))).isEmpty();
    assertThat(told(pool.checkOut(3, false, 0))).isEmpty();

    assertThat(told(pool.checkIn(1, true, 0))).containsExactly("lend 1 to 2");
    assertThat(told(pool.checkIn(1, true, 0))).containsExactly("lend 1 to 3");
  }

  /** The connection that comes back broken makes room for a new one. */
  @Test
  void whoWaitsMakesOneHimselfWhenThereIsRoom() {
    PoolMachine pool = ready(1, 0, 0);
    open(pool, 1);
    assertThat(told(pool.checkOut(2, false, 0))).isEmpty();

    assertThat(told(pool.checkIn(1, false, 0))).containsExactly("close 1", "open 2 for 2");
  }

  @Test
  void aFarewellPassesThoseThatWaitAndTheLimit() {
    PoolMachine pool = ready(1, 0, 0);
    open(pool, 1);
    assertThat(told(pool.checkOut(2, false, 0))).isEmpty();

    assertThat(told(pool.checkOut(3, true, 0))).containsExactly("open 2 for 3");
    assertThat(told(pool.opened(2, 0))).containsExactly("lend 2 to 3");
    assertThat(told(pool.checkOut(4, true, 0))).as("by one, and not by two").isEmpty();
    assertThat(told(pool.checkIn(2, true, 0))).containsExactly("lend 2 to 4");
    assertThat(told(pool.checkIn(2, true, 0))).as("one too many").containsExactly("close 2");
    assertThat(told(pool.checkIn(1, true, 0))).containsExactly("lend 1 to 2");
  }

  @Test
  void aFarewellPassesMaxConnecting() {
    PoolMachine pool = ready(0, 0, 0);
    assertThat(told(pool.checkOut(1, false, 0))).containsExactly("open 1 for 1");
    assertThat(told(pool.checkOut(2, false, 0))).containsExactly("open 2 for 2");
    assertThat(told(pool.checkOut(3, false, 0))).isEmpty();

    assertThat(told(pool.checkOut(4, true, 0))).containsExactly("open 3 for 4");
  }

  @Test
  void aFarewellGoesToAServerThatWasLost() {
    PoolMachine pool = ready(0, 0, 0);
    open(pool, 1);
    assertThat(told(pool.clear(1, false, 0))).isEmpty();

    assertThat(told(pool.checkOut(2, false, 0))).containsExactly("refuse 2 connectionError");
    assertThat(told(pool.checkOut(3, true, 0))).containsExactly("open 2 for 3");
    assertThat(told(pool.opened(2, 0))).containsExactly("lend 2 to 3");
    assertThat(told(pool.checkIn(2, true, 0))).as("kept for later").isEmpty();
    assertThat(told(pool.checkIn(1, true, 0))).as("stale").containsExactly("close 1");
    assertThat(told(pool.ready(0))).isEmpty();
    assertThat(told(pool.checkOut(4, false, 0))).containsExactly("lend 2 to 4");
  }

  @Test
  void aClosedPoolTakesNoFarewells() {
    PoolMachine pool = ready(1, 0, 0);
    open(pool, 1);
    assertThat(told(pool.checkOut(2, true, 0))).containsExactly("open 2 for 2");
    assertThat(told(pool.checkOut(3, true, 0))).isEmpty();

    assertThat(told(pool.close(0))).containsExactly("interrupt 2", "refuse 3 poolClosed");
    assertThat(told(pool.openFailed(2, "no", 0)))
        .containsExactly("close 2", "refuse 2 connectionError");
    assertThat(told(pool.checkOut(4, true, 0))).containsExactly("refuse 4 poolClosed");
    assertThat(told(pool.close(0))).isEmpty();
    assertThat(told(pool.ready(0))).isEmpty();
    assertThat(told(pool.clear(9, true, 0))).isEmpty();
    assertThat(told(pool.checkIn(1, true, 0))).containsExactly("close 1");
  }

  @Test
  void aLentThreadGetsWhatIsIdleOrNothing() {
    PoolMachine pool = ready(0, 0, 0);
    assertThat(told(pool.checkOutIdle(1, 0))).isEmpty();
    open(pool, 1);
    assertThat(told(pool.checkIn(1, true, 0))).isEmpty();

    assertThat(told(pool.checkOutIdle(2, 0))).containsExactly("lend 1 to 2");
    assertThat(told(pool.checkOutIdle(3, 0))).isEmpty();
  }

  @Test
  void theOneUsedLastIsUsedFirstAndTheOthersPerish() {
    PoolMachine pool = ready(0, 0, 100);
    open(pool, 1);
    open(pool, 2);
    assertThat(pool.wakeAtNanos()).isEmpty();
    pool.checkIn(1, true, millis(10));
    pool.checkIn(2, true, millis(20));
    assertThat(pool.wakeAtNanos()).hasValue(millis(110));

    assertThat(told(pool.tick(millis(109)))).isEmpty();
    assertThat(told(pool.tick(millis(110)))).containsExactly("close 1");
    assertThat(pool.wakeAtNanos()).hasValue(millis(120));
    assertThat(told(pool.checkOutIdle(9, millis(119)))).containsExactly("lend 2 to 9");
    assertThat(pool.wakeAtNanos()).isEmpty();
  }

  @Test
  void onePerishedIsNotLent() {
    PoolMachine pool = ready(0, 0, 100);
    open(pool, 1);
    pool.checkIn(1, true, 0);

    assertThat(told(pool.checkOut(2, false, millis(100))))
        .containsExactly("close 1", "open 2 for 2");
  }

  @Test
  void theMinimumIsMadeOneByOneAndAgain() {
    PoolMachine pool = new PoolMachine(ADDRESS, options(0, 2, 100));
    assertThat(told(pool.start())).isEmpty();
    assertThat(told(pool.ready(0))).containsExactly("open 1 for nobody");
    assertThat(told(pool.opened(1, 0))).containsExactly("open 2 for nobody");
    assertThat(told(pool.opened(2, 0))).isEmpty();

    assertThat(told(pool.tick(millis(100))))
        .containsExactly("close 1", "close 2", "open 3 for nobody");
  }

  @Test
  void whatIsMadeForNobodyGoesToWhoeverWaits() {
    PoolMachine pool = new PoolMachine(ADDRESS, options(1, 1, 0));
    assertThat(told(pool.ready(0))).containsExactly("open 1 for nobody");
    assertThat(told(pool.checkOut(1, false, 0))).isEmpty();

    assertThat(told(pool.opened(1, 0))).containsExactly("lend 1 to 1");
  }

  /** A server that takes no more connections is not asked without end. */
  @Test
  void whatCannotBeMadeIsTriedAgainLater() {
    PoolMachine pool = new PoolMachine(ADDRESS, options(0, 1, 0));
    assertThat(told(pool.ready(0))).containsExactly("open 1 for nobody");
    assertThat(told(pool.openFailed(1, "no", 5))).containsExactly("close 1");
    long again = 5 + PoolMachine.POPULATION_PAUSE.toNanos();
    assertThat(pool.wakeAtNanos()).hasValue(again);

    assertThat(told(pool.tick(again - 1))).isEmpty();
    assertThat(told(pool.tick(again))).containsExactly("open 2 for nobody");
    assertThat(pool.wakeAtNanos()).isEmpty();
    assertThat(told(pool.openFailed(2, "no", again))).containsExactly("close 2");
    assertThat(told(pool.clear(1, false, again))).isEmpty();
    assertThat(told(pool.ready(again))).as("there again").containsExactly("open 3 for nobody");
  }

  /** Its server has answered after the others were lost, and whoever made it is there to use it. */
  @Test
  void oneThatWasInTheMakingWhenThePoolWasClearedIsUsedOnce() {
    PoolMachine pool = ready(0, 0, 0);
    assertThat(told(pool.checkOut(1, false, 0))).containsExactly("open 1 for 1");
    assertThat(told(pool.clear(1, false, 0))).isEmpty();

    assertThat(told(pool.opened(1, 0))).containsExactly("lend 1 to 1");
    assertThat(told(pool.checkIn(1, true, 0))).containsExactly("close 1");
  }

  @Test
  void whatIsOldNewsClearsNothing() {
    PoolMachine pool = ready(0, 0, 0);
    open(pool, 1);
    pool.checkIn(1, true, 0);
    assertThat(told(pool.clear(0, true, 0))).isEmpty();
    assertThat(told(pool.clear(3, true, 0))).containsExactly("close 1");
    assertThat(told(pool.ready(0))).isEmpty();
    open(pool, 2);

    assertThat(told(pool.clear(3, true, 0))).isEmpty();
    assertThat(told(pool.clear(4, true, 0))).containsExactly("interrupt 2");
  }

  @Test
  void whoeverGivesUpIsForgotten() {
    PoolMachine pool = ready(1, 0, 0);
    open(pool, 1);
    pool.checkOut(2, false, 0);
    pool.checkOut(3, false, 0);

    assertThat(told(pool.giveUp(2, CheckOutFailure.TIMEOUT, 0)))
        .containsExactly("refuse 2 timeout");
    assertThat(told(pool.giveUp(2, CheckOutFailure.TIMEOUT, 0))).isEmpty();
    assertThat(told(pool.giveUp(1, CheckOutFailure.GIVEN_UP, 0))).as("has it already").isEmpty();
    assertThat(told(pool.checkIn(1, true, 0))).containsExactly("lend 1 to 3");
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    PoolMachine pool = ready(0, 0, 0);
    assertThatThrownBy(() -> pool.checkIn(1, true, 0))
        .hasMessage("connection 1 is not of this pool");
    pool.checkOut(1, false, 0);
    assertThatThrownBy(() -> pool.checkIn(1, true, 0))
        .hasMessage("connection 1 is not checked out");
    pool.opened(1, 0);
    assertThatThrownBy(() -> pool.opened(1, 0)).hasMessage("connection 1 is made already");
    pool.checkIn(1, true, 0);
    assertThatThrownBy(() -> pool.checkIn(1, true, 0))
        .hasMessage("connection 1 is not checked out");
    assertThatThrownBy(() -> options(1, 2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("minPoolSize 2, maxPoolSize 1");
  }

  private PoolMachine ready(int maxPoolSize, int minPoolSize, int maxIdleMillis) {
    PoolMachine pool = new PoolMachine(ADDRESS, options(maxPoolSize, minPoolSize, maxIdleMillis));
    pool.start();
    pool.ready(0);
    return pool;
  }

  private static PoolOptions options(int maxPoolSize, int minPoolSize, int maxIdleMillis) {
    return new PoolOptions(
        maxPoolSize, minPoolSize, Duration.ofMillis(maxIdleMillis), 2, Duration.ZERO);
  }

  /** The request with that number gets a new connection. */
  private void open(PoolMachine pool, long number) {
    assertThat(told(pool.checkOut(number, false, 0)))
        .containsExactly("open %d for %d".formatted(number, number));
    pool.opened(number, 0);
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** What is to be done, without what is to be told. */
  private List<String> told(List<PoolEffect> effects) {
    said.clear();
    effects.forEach(effect -> effect.performBy(new InWords()));
    return List.copyOf(said);
  }

  private final class InWords implements PoolEffect.Performer {

    @Override
    public void announce(PoolEffect.Announce announce) {}

    @Override
    public void lend(PoolEffect.Lend lend) {
      said.add("lend %d to %d".formatted(lend.connectionId(), lend.ticket()));
    }

    @Override
    public void open(PoolEffect.Open open) {
      String forWhom =
          open.ticket().isPresent() ? Long.toString(open.ticket().getAsLong()) : "nobody";
      said.add("open %d for %s".formatted(open.connectionId(), forWhom));
    }

    @Override
    public void refuse(PoolEffect.Refuse refuse) {
      said.add("refuse %d %s".formatted(refuse.ticket(), refuse.reason().specName()));
    }

    @Override
    public void interrupt(PoolEffect.Interrupt interrupt) {
      said.add("interrupt " + interrupt.connectionId());
    }

    @Override
    public void close(PoolEffect.Close close) {
      said.add("close " + close.connectionId());
    }
  }
}
