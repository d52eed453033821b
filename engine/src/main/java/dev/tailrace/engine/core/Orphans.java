package dev.tailrace.engine.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Aggregates that nobody waits for any more. One that succeeds all the same has made a cursor,
 * which must be killed; so each is waited for a while longer, and then broken off. Even a
 * broken-off one may be answered, if the answer was on its way.
 */
final class Orphans {

  /** So many are remembered; a stream that has more has a transport that never answers. */
  private static final int MAX_COUNT = 1_000;

  /** When each is broken off, by number; {@link Step#NEVER} once it was. */
  private final Map<Long, Long> deadlines = new LinkedHashMap<>();

  void add(long exchange, long deadlineNanos) {
    if (deadlines.size() == MAX_COUNT) {
      deadlines.remove(deadlines.keySet().iterator().next());
    }
    deadlines.put(exchange, deadlineNanos);
  }

  /** The exchange is over; whether it was an orphan. */
  boolean remove(long exchange) {
    return deadlines.remove(exchange) != null;
  }

  /** Those that are to be broken off now. */
  List<Long> due(long nowNanos) {
    List<Long> due = new ArrayList<>();
    deadlines.replaceAll(
        (exchange, deadlineNanos) -> {
          if (nowNanos < deadlineNanos) {
            return deadlineNanos;
          }
          due.add(exchange);
          return Step.NEVER;
        });
    return due;
  }

  /** When the next one is due; {@link Step#NEVER} for none. */
  long nextDeadlineNanos() {
    long next = Step.NEVER;
    for (long deadlineNanos : deadlines.values()) {
      next = Math.min(next, deadlineNanos);
    }
    return next;
  }
}
