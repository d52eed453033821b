package dev.tailrace.wire.tcp;

import dev.tailrace.wire.topology.RoundTripTime;

/** The round trip time of one server, measured and read by several threads. */
final class RoundTripMeter {

  private RoundTripTime time = RoundTripTime.NONE;

  synchronized void add(long nanos) {
    time = time.plus(nanos);
  }

  /** The average in nanoseconds; 0 before the first measurement. */
  synchronized long averageNanos() {
    return Math.round(Math.max(time.averageNanos(), 0));
  }

  /** Forgets all, since the server was lost. */
  synchronized void reset() {
    time = RoundTripTime.NONE;
  }
}
