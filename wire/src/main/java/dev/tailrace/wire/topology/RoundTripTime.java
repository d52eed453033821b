package dev.tailrace.wire.topology;

/**
 * How long one server takes to answer a hello: an exponentially weighted moving average (server
 * selection specification, "Calculation of Average Round Trip Times"). Immutable.
 *
 * @param averageNanos the average; negative before the first measurement
 */
public record RoundTripTime(double averageNanos) {

  /** Nothing measured yet, or the server was lost since. */
  public static final RoundTripTime NONE = new RoundTripTime(-1);

  private static final double ALPHA = 0.2;

  /** The average with one measurement more. */
  public RoundTripTime plus(long nanos) {
    return new RoundTripTime(averageNanos < 0 ? nanos : ALPHA * nanos + (1 - ALPHA) * averageNanos);
  }
}
