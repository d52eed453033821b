package dev.tailrace.fakeserver.network;

import dev.tailrace.engine.transport.Timers;
import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.core.ReplicaSetCore;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Drives a set in virtual time: events happen one after the other on whatever thread lends itself,
 * and between two events no time passes for anybody. The clock stands still while nobody does.
 */
public final class VirtualHost extends CoreHost implements Timers {

  private static final class Event {
    final long atNanos;
    final long sequence;
    final Runnable task;
    boolean cancelled;

    Event(long atNanos, long sequence, Runnable task) {
      this.atNanos = atNanos;
      this.sequence = sequence;
      this.task = task;
    }
  }

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong((Event event) -> event.atNanos)
              .thenComparingLong(event -> event.sequence));

  private final NetworkConditions conditions;
  private long nowNanos;
  private long wakeAtNanos = Long.MAX_VALUE;
  private long sequence;

  /** A host at time 0; the network's chances are drawn from {@code ids}. */
  public VirtualHost(ReplicaSetCore core, Ids ids) {
    super(core);
    conditions = new NetworkConditions(ids);
  }

  /** How well the links between clients and members work. To be changed under the host's lock. */
  NetworkConditions conditions() {
    return conditions;
  }

  @Override
  public long nowNanos() {
    lock.lock();
    try {
      return nowNanos;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long nanoTime() {
    return nowNanos();
  }

  @Override
  void wakeAt(long atNanos) {
    wakeAtNanos = atNanos;
  }

  @Override
  public Alarm schedule(long atNanos, Runnable task) {
    Event event = plan(atNanos, task);
    return () -> {
      lock.lock();
      try {
        event.cancelled = true;
      } finally {
        lock.unlock();
      }
    };
  }

  private Event plan(long atNanos, Runnable task) {
    lock.lock();
    try {
      Event event = new Event(Math.max(atNanos, nowNanos), sequence++, task);
      events.add(event);
      changed.signalAll();
      return event;
    } finally {
      lock.unlock();
    }
  }

  /** Moves time on to {@code untilNanos}, through everything that happens before. */
  public void advanceTo(long untilNanos) {
    run(() -> false, untilNanos);
  }

  /**
   * Lets things happen until {@code done}, or until the clock shows {@code untilNanos}.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  void await(BooleanSupplier done, long untilNanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    run(() -> done.getAsBoolean() || Thread.currentThread().isInterrupted(), untilNanos);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  @Override
  public boolean awaitState(Predicate<ReplicaSetCore> holds, Duration within)
      throws InterruptedException {
    BooleanSupplier done = () -> look(holds::test);
    await(done, nowNanos() + within.toNanos());
    return done.getAsBoolean();
  }

  private void run(BooleanSupplier done, long untilNanos) {
    while (!done.getAsBoolean() && happen(untilNanos)) {
      // Each turn is one event, and others may have their say between two of them.
    }
  }

  /** Lets the next thing happen; false once there is nothing more before {@code untilNanos}. */
  private boolean happen(long untilNanos) {
    lock.lock();
    try {
      while (!events.isEmpty() && events.peek().cancelled) {
        events.remove();
      }
      Event next = events.peek();
      long nextNanos = Math.min(next == null ? Long.MAX_VALUE : next.atNanos, wakeAtNanos);
      if (nextNanos > untilNanos || nextNanos == Long.MAX_VALUE) {
        if (untilNanos != Long.MAX_VALUE && nowNanos < untilNanos) {
          nowNanos = untilNanos;
        }
        return false;
      }
      nowNanos = Math.max(nowNanos, nextNanos);
      if (next != null && next.atNanos <= wakeAtNanos) {
        events.remove();
        next.task.run();
      } else {
        apply(ReplicaSetCore::tick);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Only the core is not woken any more: clients still live by this clock and its alarms. */
  @Override
  void release() {
    lock.lock();
    try {
      wakeAtNanos = Long.MAX_VALUE;
    } finally {
      lock.unlock();
    }
  }
}
