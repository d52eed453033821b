package dev.tailrace.engine.transport.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of alarms whose time does not come. */
class SystemTimersTest {

  private static final long NEVER_NANOS = TimeUnit.DAYS.toNanos(1);

  private final List<String> done = new ArrayList<>();
  private final SystemTimers timers = new SystemTimers();

  private Timers.Alarm schedule(String name) {
    return timers.schedule(
        NEVER_NANOS, () -> done.add(name + " rang"), () -> done.add(name + " dropped"));
  }

  @Test
  void whoeverWantsToKnowIsToldOnceThatTheyAreDropped() {
    schedule("a");
    timers.schedule(NEVER_NANOS, () -> done.add("silent"));

    timers.close();
    timers.close();

    assertThat(done).containsExactly("a dropped");
  }

  @Test
  void aCancelledAlarmIsNotDropped() {
    schedule("a").cancel();

    timers.close();

    assertThat(done).isEmpty();
  }

  @Test
  void closedTimersDropAtOnce() {
    timers.close();

    schedule("a").cancel();

    assertThat(done).containsExactly("a dropped");
  }

  @Test
  void anAlarmThatRangIsNotDropped() throws InterruptedException {
    CountDownLatch rang = new CountDownLatch(1);
    timers.schedule(0, rang::countDown, () -> done.add("dropped"));
    rang.await();

    timers.close();

    assertThat(done).isEmpty();
  }

  @Test
  void theClockMayBeAnother() {
    try (SystemTimers slow = new SystemTimers(() -> 42)) {
      assertThat(slow.nanoTime()).isEqualTo(42);
    }
  }
}
