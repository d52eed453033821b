package dev.tailrace.wire.tcp;

import org.jspecify.annotations.Nullable;

/**
 * Whether an exchange was given up, and how to free the thread that works on it from what it waits
 * for. The worker says before each wait how the wait can be ended; whoever gives up ends it.
 */
final class Abandonment {

  private volatile boolean givenUp;
  private @Nullable Runnable unblock;

  boolean isGivenUp() {
    return givenUp;
  }

  /**
   * Says how to end the worker's next wait, until this is called again or {@link #settle} is.
   *
   * @param unblock must not block; called by whoever gives up, at most once
   * @throws GivenUpException if that has happened already
   */
  synchronized void unblockBy(Runnable unblock) throws GivenUpException {
    if (givenUp) {
      throw new GivenUpException();
    }
    this.unblock = unblock;
  }

  /**
   * Says that the worker has got what it waited for; from now on giving up touches nothing.
   *
   * @return whether the exchange was given up before, so that what was unblocked may be broken
   */
  synchronized boolean settle() {
    unblock = null;
    return givenUp;
  }

  /** Gives the exchange up. Does nothing the second time, or if it is settled. */
  synchronized void giveUp() {
    givenUp = true;
    if (unblock != null) {
      unblock.run(); // Inside the lock: afterwards the connection may be somebody else's.
      unblock = null;
    }
  }
}
