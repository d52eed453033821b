package dev.tailrace.fakeserver.core;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * What is to happen later. Of two things at one time the one that was planned first comes first.
 * One that fails is told of, and the others happen all the same.
 */
final class Timers {

  private record Timer(long atNanos, long sequence, Runnable task) {}

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong(Timer::atNanos).thenComparingLong(Timer::sequence));

  private final Consumer<Throwable> onFailure;
  private long sequence;

  Timers(Consumer<Throwable> onFailure) {
    this.onFailure = onFailure;
  }

  /** Plans a task; {@link Long#MAX_VALUE} is never. */
  void at(long atNanos, Runnable task) {
    if (atNanos != Long.MAX_VALUE) {
      timers.add(new Timer(atNanos, sequence++, task));
    }
  }

  /** Runs what is due, also what that plans for now. */
  void run(long nowNanos) {
    Timer next;
    while ((next = timers.peek()) != null && next.atNanos() <= nowNanos) {
      timers.remove();
      try {
        next.task().run();
      } catch (RuntimeException | StackOverflowError e) {
        onFailure.accept(e);
      }
    }
  }

  /** When the next task is due; {@link Long#MAX_VALUE} for never. */
  long nextNanos() {
    Timer next = timers.peek();
    return next == null ? Long.MAX_VALUE : next.atNanos();
  }
}
