package dev.tailrace.fakeserver.transaction;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBinary;

/** The logical sessions that are alive. Not thread-safe. */
public final class Sessions {

  /** {@code logicalSessionTimeoutMinutes} of hello. */
  public static final int TIMEOUT_MINUTES = 30;

  private static final long TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(TIMEOUT_MINUTES);

  /** Least recently used first. */
  private final Map<BsonBinary, Long> lastUsedNanos = new LinkedHashMap<>(16, 0.75f, true);

  /** Notes that a session was used. */
  public void touch(BsonBinary sessionId, long nowNanos) {
    lastUsedNanos.put(sessionId, nowNanos);
  }

  /** Forgets a session. */
  public void end(BsonBinary sessionId) {
    lastUsedNanos.remove(sessionId);
  }

  /** Forgets the sessions that were not used for too long, and says which. */
  public List<BsonBinary> expire(long nowNanos) {
    List<BsonBinary> expired = new ArrayList<>();
    for (Map.Entry<BsonBinary, Long> session : lastUsedNanos.entrySet()) {
      if (nowNanos - session.getValue() < TIMEOUT_NANOS) {
        break;
      }
      expired.add(session.getKey());
    }
    expired.forEach(lastUsedNanos::remove);
    return expired;
  }

  /** Every session, least recently used first. */
  public List<BsonBinary> all() {
    return List.copyOf(lastUsedNanos.keySet());
  }
}
