package dev.tailrace.engine.transport.realtime;

import dev.tailrace.engine.transport.Timers;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The machine's clock, and alarms on one daemon thread. Once closed, no alarm rings any more.
 * Thread-safe.
 */
public final class SystemTimers implements Timers, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(SystemTimers.class.getName());

  private final long originNanos = System.nanoTime();
  private final ScheduledThreadPoolExecutor executor;

  /** Timers that begin to count now. */
  public SystemTimers() {
    executor = new ScheduledThreadPoolExecutor(1, new DaemonThreads("timers"));
    executor.setRemoveOnCancelPolicy(true); // Most deadlines are cancelled long before their time.
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** From the making of these timers, so that it is not negative. */
  @Override
  public long nanoTime() {
    return System.nanoTime() - originNanos;
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
  }
}
