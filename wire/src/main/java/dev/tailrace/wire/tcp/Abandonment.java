package dev.tailrace.wire.tcp;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whether an exchange was given up, and how to free the thread that works on it from what it waits
 * for. The worker says before each wait how the wait can be ended; whoever gives up ends it.
 */
final class Abandonment {

  /** Why an exchange is given up. */
  enum Why {
    /** Nobody wants its outcome any more. */
    UNWANTED,
    /** The request's time limit is over. */
    TIME_OVER,
    /** The transport is closed. */
    TRANSPORT_CLOSED
  }

  /** Not a monitor: a virtual thread that waits for one holds on to its carrier before Java 24. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile @Nullable Why why;
  private @Nullable Runnable unblock;

  boolean isGivenUp() {
    return why != null;
  }

  /** Why it was given up; null if it was not. */
  @Nullable Why why() {
    return why;
  }

  /**
   * Says how to end the worker's next wait, until this is called again or {@link #settle} is.
   *
   * @param unblock must not block; called by whoever gives up, at most once
   * @throws GivenUpException if that has happened already
   */
  void unblockBy(Runnable unblock) throws GivenUpException {
    lock.lock();
    try {
      if (isGivenUp()) {
        throw new GivenUpException();
      }
      this.unblock = unblock;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says that the worker has got what it waited for; from now on giving up touches nothing.
   *
   * @return whether the exchange was given up before, so that what was unblocked may be broken
   */
  boolean settle() {
    lock.lock();
    try {
      unblock = null;
      return isGivenUp();
    } finally {
      lock.unlock();
    }
  }

  /** Gives the exchange up. The first reason stays; what is settled is not touched. */
  void giveUp(Why why) {
    lock.lock();
    try {
      if (this.why == null) {
        this.why = why;
      }
      if (unblock != null) {
        unblock.run(); // Inside the lock: afterwards the connection may be somebody else's.
        unblock = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
