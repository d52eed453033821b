package dev.tailrace.conformance.support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what nobody announces. */
public final class Eventually {

  /** Much longer than anything here takes, also on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final long LOOK_AGAIN_NANOS = 1_000_000;

  private Eventually() {}

  /**
   * Waits until something is so.
   *
   * @param what what should be so, for the message of the failure
   * @throws AssertionError if it does not get so
   */
  public static void await(String what, BooleanSupplier isSo) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() >= deadline) {
        throw new AssertionError("not so after " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }
}
