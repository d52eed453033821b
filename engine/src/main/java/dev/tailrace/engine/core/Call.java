package dev.tailrace.engine.core;

/**
 * Somebody who waits: for the stream to open, or for an event.
 *
 * @param opens whether it is for the stream to open
 * @param patience how long it goes on
 * @param limitNanos when it is out of time ({@code timeoutMS}); {@link Step#NEVER} for never
 */
record Call(boolean opens, Patience patience, long limitNanos) {

  Call with(Patience less) {
    return new Call(opens, less, limitNanos);
  }

  boolean hasLimit() {
    return limitNanos != Step.NEVER;
  }

  /** Whether it has no time left; then nothing is begun for it. */
  boolean isTimeUp(long nowNanos) {
    return nowNanos >= limitNanos;
  }

  /** When it has to be looked at again, if nothing happens. */
  long wakeAtNanos() {
    return Math.min(patience.untilNanos(), limitNanos);
  }
}
