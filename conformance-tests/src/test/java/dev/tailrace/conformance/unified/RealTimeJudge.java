package dev.tailrace.conformance.unified;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/**
 * Judges tests that count in milliseconds of real time. Their limits are the client's, and a
 * machine that stands still meanwhile uses them up for it: a play that fails and in which that was
 * seen to happen is void, and played again. One that fails while the machine runs has failed.
 */
final class RealTimeJudge implements SuitePlayer.Judge {

  private static final int MOST_PLAYS = 10;

  /** Half of what the tightest test has to spare. */
  private static final long TOO_LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  @Override
  public void judge(String test, Executable run) throws Throwable {
    for (int plays = 1; !isValid(run, plays); plays++) {
      System.out.printf("played again, for the machine stood still: %s%n", test);
    }
  }

  /** Plays once; false if the play is void. */
  private static boolean isValid(Executable run, int plays) throws Throwable {
    try (Standstills standstills = new Standstills()) {
      try {
        run.execute();
      } catch (TestAbortedException aborted) {
        throw aborted;
      } catch (Throwable failure) {
        if (plays == MOST_PLAYS || standstills.totalNanos() < TOO_LONG_NANOS) {
          throw failure;
        }
        return false;
      }
    }
    return true;
  }

  /** A thread that wants to run every millisecond, and notes when it could not. */
  private static final class Standstills implements AutoCloseable {

    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long USUAL_DELAY_NANOS = PERIOD_NANOS;

    private final Thread watch = new Thread(this::watch, "standstills");
    private volatile long totalNanos;
    private volatile boolean closed;

    Standstills() {
      watch.setDaemon(true);
      watch.start();
    }

    private void watch() {
      long total = 0;
      long before = System.nanoTime();
      while (!closed) {
        LockSupport.parkNanos(PERIOD_NANOS);
        long now = System.nanoTime();
        total += Math.max(0, now - before - PERIOD_NANOS - USUAL_DELAY_NANOS);
        totalNanos = total;
        before = now;
      }
    }

    /** How long, all in all, the machine did not let the thread run. */
    long totalNanos() {
      return totalNanos;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
