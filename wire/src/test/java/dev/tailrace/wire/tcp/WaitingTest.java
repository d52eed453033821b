package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Timers.Alarm;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The clock, the alarms and the parking that the transport lends. No server is needed. */
class WaitingTest {

  private static final long FAR = Duration.ofMinutes(5).toNanos();

  private final TcpTransport transport =
      TcpTransport.connect("mongodb://nowhere.invalid/?serverSelectionTimeoutMS=0");
  private final Timers timers = transport.timers();

  @AfterEach
  void stop() {
    transport.close();
  }

  /** Wherever the machine's own clock begins. */
  @Test
  void timeIsNotNegativeAndDoesNotGoBack() {
    long first = timers.nanoTime();

    assertThat(first).isNotNegative();
    assertThat(timers.nanoTime()).isGreaterThanOrEqualTo(first);
  }

  @Test
  void anAlarmRings() throws InterruptedException {
    CountDownLatch rang = new CountDownLatch(1);
    long at = timers.nanoTime() + 1_000_000;

    timers.schedule(at, rang::countDown);

    assertThat(rang.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(timers.nanoTime() - at).isNotNegative();
  }

  @Test
  void anAlarmForThePastRingsAtOnce() throws InterruptedException {
    CountDownLatch rang = new CountDownLatch(1);

    timers.schedule(0, rang::countDown);

    assertThat(rang.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aCancelledAlarmDoesNot() throws InterruptedException {
    AtomicBoolean rang = new AtomicBoolean();
    CountDownLatch later = new CountDownLatch(1);
    long now = timers.nanoTime();
    Alarm alarm = timers.schedule(now + 20_000_000, () -> rang.set(true));

    alarm.cancel();
    timers.schedule(now + 30_000_000, later::countDown);

    assertThat(later.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(rang).isFalse();
  }

  @Test
  void aTaskThatFailsDoesNotEndTheAlarms() throws InterruptedException {
    CountDownLatch rang = new CountDownLatch(1);
    timers.schedule(
        timers.nanoTime(),
        () -> {
          throw new IllegalStateException("on purpose");
        });

    timers.schedule(timers.nanoTime(), rang::countDown);

    assertThat(rang.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void onceClosedNothingRings() throws InterruptedException {
    AtomicBoolean rang = new AtomicBoolean();
    CountDownLatch later = new CountDownLatch(1);
    timers.schedule(timers.nanoTime() + 20_000_000, () -> rang.set(true));

    transport.close();
    timers.schedule(timers.nanoTime(), () -> rang.set(true));

    try (TcpTransport other = TcpTransport.connect("mongodb://nowhere.invalid/")) {
      other.timers().schedule(other.timers().nanoTime() + 30_000_000, later::countDown);
      assertThat(later.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(rang).isFalse();
  }

  @Test
  void whatIsDoneIsNotWaitedFor() throws InterruptedException {
    transport.await(() -> true, timers.nanoTime() + FAR);
    transport.await(() -> false, timers.nanoTime() - 1);
  }

  @Test
  void whoeverMakesItDoneWakesTheWaiter() throws InterruptedException {
    AtomicBoolean done = new AtomicBoolean();
    Thread waiter = Thread.currentThread();
    timers.schedule(
        timers.nanoTime() + 1_000_000,
        () -> {
          done.set(true);
          LockSupport.unpark(waiter);
        });

    long until = timers.nanoTime() + FAR;
    while (!done.get()) {
      transport.await(done::get, until);
    }

    assertThat(timers.nanoTime()).isLessThan(until);
  }

  @Test
  void anInterruptEndsTheWait() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> transport.await(() -> false, timers.nanoTime() + FAR))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }
}
