package dev.tailrace.engine.transport;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * When a request's answer is wanted at the latest: server selection, connecting, and the round trip
 * all together (client-side operations timeout specification, "timeoutMS").
 *
 * <p>A transport that cannot keep to it fails the exchange with {@link Outcome.Reason#TIMEOUT}.
 *
 * @param untilNanos on the clock of {@link Transport#timers}
 * @param mostMaxTimeMillis what the server is told as {@code maxTimeMS} at the most, {@link
 *     Long#MAX_VALUE} for no limit but the time left; empty if it is to be told nothing
 */
public record TimeLimit(long untilNanos, OptionalLong mostMaxTimeMillis) {

  public TimeLimit {
    requireNonNull(mostMaxTimeMillis, "mostMaxTimeMillis");
  }

  /** Whether it is too late. */
  public boolean isOver(long nowNanos) {
    return nowNanos >= untilNanos;
  }

  /**
   * The command's {@code maxTimeMS}, for one that goes out now: what is left when the way there and
   * back is taken off. Empty if the server is to be told nothing.
   *
   * @param roundTripNanos the shortest that was measured to this server
   * @return not positive if the answer could not be here in time; the command must not be sent then
   */
  public OptionalLong maxTimeMillis(long nowNanos, long roundTripNanos) {
    if (mostMaxTimeMillis.isEmpty()) {
      return OptionalLong.empty();
    }
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(untilNanos - nowNanos - roundTripNanos);
    return OptionalLong.of(Math.min(mostMaxTimeMillis.getAsLong(), leftMillis));
  }
}
