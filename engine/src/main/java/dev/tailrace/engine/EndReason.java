package dev.tailrace.engine;

/** Why a stream ended that did not fail. */
public enum EndReason {
  /** The user closed it. */
  CLOSED,
  /**
   * The server closed its cursor, and every event was handed over: what was watched is gone, and
   * the last event was {@code invalidate}. A new stream may go on with {@code startAfter}.
   */
  INVALIDATED
}
