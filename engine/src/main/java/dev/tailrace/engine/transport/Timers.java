package dev.tailrace.engine.transport;

/** A clock and alarms on it. Thread-safe. */
public interface Timers {

  /**
   * Nanoseconds from an origin of these timers' own, not negative and never going back. They count
   * for centuries before they overflow, so times may be compared as numbers.
   */
  long nanoTime();

  /**
   * Runs {@code task} once, at {@code atNanos} on the clock of {@link #nanoTime} or a little later,
   * on a thread of the timers' own. The task must not block.
   */
  Alarm schedule(long atNanos, Runnable task);

  /**
   * Runs {@code task} as {@link #schedule(long, Runnable)} does; or {@code dropped} instead, as
   * soon as it is sure that the time will not be waited for: when the timers are closed, on the
   * thread that closes them, or in this call if they are closed already. Timers that nobody closes
   * have no use for it.
   */
  default Alarm schedule(long atNanos, Runnable task, Runnable dropped) {
    return schedule(atNanos, task);
  }

  /** A task that has not run yet. */
  interface Alarm {

    /** Drops the task, unless it is running or has run. */
    void cancel();
  }
}
