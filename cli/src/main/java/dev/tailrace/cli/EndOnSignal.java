package dev.tailrace.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes SIGTERM and SIGINT a regular end for a command that would run for ever.
 *
 * <p>Either signal interrupts the command's thread, and the process ends with status 0 when the
 * command has returned: it has put everything away by then. A command that fails instead, or does
 * not return because nobody reads what it prints, is waited for a little while: status 1.
 */
final class EndOnSignal {

  private static final long PATIENCE_SECONDS = 5;

  private final Thread command = Thread.currentThread();
  private final Thread hook = new Thread(this::end, "end on signal");
  private final CountDownLatch over = new CountDownLatch(1);

  private EndOnSignal() {}

  /** Runs a command in this thread until it returns, by itself or because a signal came. */
  static void run(Command command) {
    EndOnSignal signal = new EndOnSignal();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    try {
      command.run();
      signal.over.countDown();
    } catch (InterruptedException signalled) {
      signal.over.countDown(); // To be told to stop is how such a command ends well.
    } finally {
      signal.noLongerAwaited();
    }
  }

  /** Halts: a hook cannot wait for the command's thread to exit, which waits for the hooks. */
  private void end() {
    command.interrupt();
    boolean inTime = false;
    try {
      inTime = over.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(inTime ? 0 : 1);
  }

  private void noLongerAwaited() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException signalled) {
      // The hook runs, and ends the process.
    }
  }

  /** What runs until it is interrupted. */
  interface Command {
    void run() throws InterruptedException;
  }
}
