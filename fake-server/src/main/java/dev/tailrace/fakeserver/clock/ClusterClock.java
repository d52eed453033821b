package dev.tailrace.fakeserver.clock;

import org.bson.BsonTimestamp;

/**
 * The logical clock of the set: cluster times that never go back, as near to wall time as that
 * allows. Not thread-safe.
 */
public final class ClusterClock {

  private BsonTimestamp latest;

  /** A clock that has given out nothing later than {@code start}. */
  public ClusterClock(BsonTimestamp start) {
    latest = start;
  }

  /** The newest cluster time given out or heard of. */
  public BsonTimestamp latest() {
    return latest;
  }

  /** The next cluster time: in the second of {@code wallMillis}, or in the latest one if later. */
  public BsonTimestamp tick(long wallMillis) {
    int wallSeconds = (int) (wallMillis / 1000);
    latest =
        Integer.compareUnsigned(wallSeconds, latest.getTime()) > 0
            ? new BsonTimestamp(wallSeconds, 1)
            : next(latest);
    return latest;
  }

  /** Takes note of a cluster time that a client has seen elsewhere. */
  public void hear(BsonTimestamp time) {
    if (time.compareTo(latest) > 0) {
      latest = time;
    }
  }

  /** The cluster time right after {@code time}. */
  public static BsonTimestamp next(BsonTimestamp time) {
    return new BsonTimestamp(time.getValue() + 1);
  }
}
