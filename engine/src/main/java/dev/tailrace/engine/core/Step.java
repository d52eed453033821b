package dev.tailrace.engine.core;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a machine has to say to one input.
 *
 * @param effects what the world must now do, in this order
 * @param answer what whoever waits is to be told, behind the effects; null for nothing yet
 * @param wakeAtNanos when to call {@link ChangeStreamMachine#onTime} at the latest, whatever else
 *     happens; {@link #NEVER} if there is nothing to wait for. Replaces the time of earlier steps;
 *     being woken early does no harm
 * @param <T> how events are handed over
 */
public record Step<T>(List<Effect> effects, @Nullable Answer<T> answer, long wakeAtNanos) {

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
