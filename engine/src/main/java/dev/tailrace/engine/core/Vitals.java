package dev.tailrace.engine.core;

import dev.tailrace.engine.Progress;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is since its last step: a value that other threads may look at.
 *
 * @param phase what it is doing, as long as it is not stuck
 * @param position where it stands
 * @param operationTime the server's time in the latest reply; null where there was none
 * @param serverTime the newest time that the latest reply speaks of; null where it speaks of none
 * @param emptyWithoutToken whether the latest batch was empty and had no token of its own
 * @param stuckSinceNanos from when on it is stuck, if there is no further step until then
 * @param stuckCause what it is waiting for then, for people
 */
public record Vitals(
    StreamStatus.Phase phase,
    Position position,
    @Nullable BsonTimestamp operationTime,
    @Nullable BsonTimestamp serverTime,
    boolean emptyWithoutToken,
    long stuckSinceNanos,
    Supplier<String> stuckCause) {

  /** The stream's status at a time. */
  public StreamStatus statusAt(long nowNanos) {
    return new StreamStatus(
        nowNanos >= stuckSinceNanos ? new StreamStatus.Stalled(stuckCause.get()) : phase,
        lag(serverTime, position.token(), emptyWithoutToken),
        progress());
  }

  /** The same at a later position: events were handed over, and nothing else happened. */
  public Vitals at(Position later) {
    return new Vitals(
        phase, later, operationTime, serverTime, emptyWithoutToken, stuckSinceNanos, stuckCause);
  }

  /** How far the stream has come. */
  public Progress progress() {
    return new Progress(position.token(), Optional.ofNullable(operationTime));
  }

  /** From the token's time to the server's. Tokens tell no fractions of a second. */
  static Optional<Duration> lag(
      @Nullable BsonTimestamp serverTime, Optional<ResumeToken> token, boolean emptyWithoutToken) {
    if (serverTime == null) {
      return Optional.empty();
    }
    return emptyWithoutToken
        ? Optional.of(Duration.ZERO)
        : token
            .flatMap(ResumeToken::clusterTime)
            .map(
                time ->
                    Duration.ofSeconds(Math.max(0L, (long) serverTime.getTime() - time.getTime())));
  }
}
