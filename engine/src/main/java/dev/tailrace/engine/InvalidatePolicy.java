package dev.tailrace.engine;

/** What a stream does when what it watches is gone: after its {@code invalidate} event. */
public enum InvalidatePolicy {
  /** It ends, as the server's cursor does; {@link EndReason#INVALIDATED}. */
  END,
  /**
   * It goes on behind the invalidate with {@code startAfter} (server 4.2 and later), so that it
   * also sees what is created anew under the same name. The invalidate event is handed over all the
   * same, and the listener hears of it.
   */
  CONTINUE_AFTER
}
