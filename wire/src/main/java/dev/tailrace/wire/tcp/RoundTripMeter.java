package dev.tailrace.wire.tcp;

import dev.tailrace.wire.topology.RoundTripTime;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;

/** The round trip time of one server, measured and read by several threads. */
final class RoundTripMeter {

  /** Of how many measurements the minimum is taken (server monitoring specification). */
  private static final int MIN_OF_LAST = 10;

  /** How many measurements there must be before their minimum is believed (the same). */
  private static final int ENOUGH_FOR_MIN = 2;

  private final Deque<Long> last = new ArrayDeque<>();
  private RoundTripTime time = RoundTripTime.NONE;

  synchronized void add(long nanos) {
    time = time.plus(nanos);
    if (last.size() == MIN_OF_LAST) {
      last.removeFirst();
    }
    last.addLast(nanos);
  }

  /** The average in nanoseconds; 0 before the first measurement. */
  synchronized long averageNanos() {
    return Math.round(Math.max(time.averageNanos(), 0));
  }

  /** The shortest of the last few in nanoseconds; 0 while there are too few of them. */
  synchronized long minNanos() {
    return last.size() < ENOUGH_FOR_MIN ? 0 : Collections.min(last);
  }

  /** Forgets all, since the server was lost. */
  synchronized void reset() {
    time = RoundTripTime.NONE;
    last.clear();
  }
}
