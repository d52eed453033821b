package dev.tailrace.engine.core;

import java.time.Duration;
import java.util.List;

/**
 * What a machine has to say to one input.
 *
 * @param effects what the world must do now, in this order
 * @param wakeAtNanos when to call {@link ChangeStreamMachine#onTime} at the latest, whatever else
 *     happens; {@link #NEVER} if there is nothing to wait for. Replaces the time of earlier steps;
 *     being woken early does no harm
 */
public record Step(List<Effect> effects, long wakeAtNanos) {

  /** No time at all: later than any other. */
  public static final long NEVER = Long.MAX_VALUE;

  /** That long after a time; {@link #NEVER} where it cannot be told in nanoseconds. */
  public static long after(long nanos, Duration duration) {
    try {
      return Math.addExact(nanos, duration.toNanos());
    } catch (ArithmeticException centuries) {
      return NEVER;
    }
  }
}
