package dev.tailrace.fakeserver.network;

import dev.tailrace.engine.transport.Timers;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Timers on one daemon thread, by the clock of a host in real time. */
final class RealTimers implements Timers, AutoCloseable {

  private final CoreHost host;
  private final ScheduledThreadPoolExecutor executor;

  RealTimers(CoreHost host) {
    this.host = host;
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "tailrace-fake-timers");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nanoTime() {
    return host.nowNanos();
  }

  @Override
  public Alarm schedule(long atNanos, Runnable task) {
    long delay = Math.max(0, atNanos - nanoTime());
    ScheduledFuture<?> planned = executor.schedule(task, delay, TimeUnit.NANOSECONDS);
    return () -> planned.cancel(false);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
