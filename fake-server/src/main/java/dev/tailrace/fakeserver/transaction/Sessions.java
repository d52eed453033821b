package dev.tailrace.fakeserver.transaction;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBinary;

/**
 * The logical sessions. One is alive until it is ended or was not used for too long; one that was
 * ended is remembered for a while, because what it wrote may still be asked for. Not thread-safe.
 */
public final class Sessions {

  /** {@code logicalSessionTimeoutMinutes} of hello. */
  public static final int TIMEOUT_MINUTES = 30;

  private static final long TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(TIMEOUT_MINUTES);

  /** {@code logicalSessionRefreshMillis}: how often a server looks for sessions that ended. */
  private static final long REAP_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** Least recently used first. */
  private final Map<BsonBinary, Long> lastUsedNanos = new LinkedHashMap<>(16, 0.75f, true);

  /** Ended first comes first. */
  private final Map<BsonBinary, Long> endedNanos = new LinkedHashMap<>();

  /** Notes that a session was used. */
  public void touch(BsonBinary sessionId, long nowNanos) {
    lastUsedNanos.put(sessionId, nowNanos);
    endedNanos.remove(sessionId);
  }

  /** Ends a session. */
  public void end(BsonBinary sessionId, long nowNanos) {
    if (lastUsedNanos.remove(sessionId) != null) {
      endedNanos.put(sessionId, nowNanos);
    }
  }

  /** Forgets the sessions whose time is over, and says which. */
  public List<BsonBinary> expire(long nowNanos) {
    List<BsonBinary> expired = new ArrayList<>();
    moveOlder(lastUsedNanos, nowNanos - TIMEOUT_NANOS, expired);
    moveOlder(endedNanos, nowNanos - REAP_NANOS, expired);
    return expired;
  }

  private static void moveOlder(
      Map<BsonBinary, Long> sessions, long atNanos, List<BsonBinary> expired) {
    Iterator<Map.Entry<BsonBinary, Long>> oldestFirst = sessions.entrySet().iterator();
    while (oldestFirst.hasNext()) {
      Map.Entry<BsonBinary, Long> session = oldestFirst.next();
      if (session.getValue() > atNanos) {
        return;
      }
      expired.add(session.getKey());
      oldestFirst.remove();
    }
  }

  /**
   * When the next session expires, unless it is used till then; {@link Long#MAX_VALUE} for never.
   */
  public long nextExpiryNanos() {
    return Math.min(oldest(lastUsedNanos, TIMEOUT_NANOS), oldest(endedNanos, REAP_NANOS));
  }

  private static long oldest(Map<BsonBinary, Long> sessions, long lifeNanos) {
    return sessions.isEmpty() ? Long.MAX_VALUE : sessions.values().iterator().next() + lifeNanos;
  }

  /** Every session that is alive, least recently used first. */
  public List<BsonBinary> all() {
    return List.copyOf(lastUsedNanos.keySet());
  }
}
