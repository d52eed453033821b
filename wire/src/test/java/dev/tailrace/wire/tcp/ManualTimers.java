package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A clock that stands still until the test moves it, and then rings on the test's thread. */
final class ManualTimers implements Timers {

  private final List<Planned> planned = new ArrayList<>();
  private long nowNanos;

  private record Planned(long atNanos, Runnable task) {}

  @Override
  public synchronized long nanoTime() {
    return nowNanos;
  }

  @Override
  public synchronized Alarm schedule(long atNanos, Runnable task) {
    Planned alarm = new Planned(atNanos, task);
    planned.add(alarm);
    return () -> cancel(alarm);
  }

  private synchronized void cancel(Planned alarm) {
    planned.remove(alarm);
  }

  /** How many alarms have neither rung nor been cancelled. */
  synchronized int plannedCount() {
    return planned.size();
  }

  void advance(Duration by) {
    List<Planned> due = new ArrayList<>();
    synchronized (this) {
      nowNanos += by.toNanos();
      planned.stream().filter(alarm -> alarm.atNanos() <= nowNanos).forEach(due::add);
      planned.removeAll(due);
    }
    due.forEach(alarm -> alarm.task().run());
  }
}
