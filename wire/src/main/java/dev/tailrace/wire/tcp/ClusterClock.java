package dev.tailrace.wire.tcp;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The newest {@code $clusterTime} that any server has told, to be told to every other one (driver
 * sessions specification, "Gossipping the cluster time"). Thread-safe.
 */
final class ClusterClock {

  private final AtomicReference<@Nullable BsonDocument> newest = new AtomicReference<>();

  /** What to send as {@code $clusterTime}; empty as long as no server has told one. */
  Optional<BsonDocument> newest() {
    return Optional.ofNullable(newest.get());
  }

  /** Takes note of the {@code $clusterTime} of a reply; one of another form is nobody's time. */
  void advance(BsonDocument clusterTime) {
    if (time(clusterTime) == null) {
      return;
    }
    newest.accumulateAndGet(clusterTime, ClusterClock::later);
  }

  private static @Nullable BsonDocument later(
      @Nullable BsonDocument known, @Nullable BsonDocument told) {
    @Nullable BsonTimestamp knownTime = known == null ? null : time(known);
    @Nullable BsonTimestamp toldTime = told == null ? null : time(told);
    boolean isLater = toldTime != null && (knownTime == null || toldTime.compareTo(knownTime) > 0);
    return isLater ? told : known;
  }

  private static @Nullable BsonTimestamp time(BsonDocument clusterTime) {
    @Nullable BsonValue time = clusterTime.get("clusterTime");
    return time == null || !time.isTimestamp() ? null : time.asTimestamp();
  }
}
