package dev.tailrace.engine.transport.realtime;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.Timers;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The machine's clock, and alarms on one daemon thread. Once closed, no alarm rings any more.
 * Thread-safe.
 */
public final class SystemTimers implements Timers, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(SystemTimers.class.getName());

  private final LongSupplier clock;
  private final ScheduledThreadPoolExecutor executor;

  /** Those that want to know if they are dropped. Whoever takes one out may run it. */
  private final Set<Droppable> droppable = ConcurrentHashMap.newKeySet();

  /** Timers that begin to count now. */
  public SystemTimers() {
    this(sinceNow());
  }

  /**
   * Timers by a clock that mostly goes as fast as the machine's.
   *
   * @param clock what {@link #nanoTime} is to say
   */
  public SystemTimers(LongSupplier clock) {
    this.clock = requireNonNull(clock, "clock");
    executor = new ScheduledThreadPoolExecutor(1, new DaemonThreads("timers"));
    executor.setRemoveOnCancelPolicy(true); // Most deadlines are cancelled long before their time.
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** From now on, so that it is not negative. */
  private static LongSupplier sinceNow() {
    long originNanos = System.nanoTime();
    return () -> System.nanoTime() - originNanos;
  }

  @Override
  public long nanoTime() {
    return clock.getAsLong();
  }

  @Override
  public Alarm schedule(long atNanos, Runnable task) {
    try {
      Future<?> future =
          executor.schedule(() -> run(task), atNanos - nanoTime(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {}; // Closed.
    }
  }

  @Override
  public Alarm schedule(long atNanos, Runnable task, Runnable dropped) {
    Droppable alarm = new Droppable(dropped);
    droppable.add(alarm);
    Alarm planned =
        schedule(
            atNanos,
            () -> {
              if (droppable.remove(alarm)) {
                task.run();
              }
            });
    if (executor.isShutdown()) {
      drop(alarm); // Closed before, or just now: whoever closes may not have seen it.
    }
    return () -> {
      droppable.remove(alarm);
      planned.cancel();
    };
  }

  private void drop(Droppable alarm) {
    if (droppable.remove(alarm)) {
      run(alarm.dropped);
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "an alarm's task failed", e);
      throw e;
    }
  }

  /** Ends the thread, and drops all alarms. A second call does nothing. */
  @Override
  public void close() {
    executor.shutdownNow();
    List.copyOf(droppable).forEach(this::drop);
  }

  /** An alarm, by its identity. */
  private static final class Droppable {
    private final Runnable dropped;

    Droppable(Runnable dropped) {
      this.dropped = dropped;
    }
  }
}
