package dev.tailrace.benchmarks.process;

import java.io.IOException;

/** The process that started this one with {@link ChildProcess}. */
public final class ParentProcess {

  private ParentProcess() {}

  /** Ends this process when the parent closes its standard input, or ends in whatever way. */
  public static void endWithIt() {
    Thread watch = new Thread(ParentProcess::watch, "parent process");
    watch.setDaemon(true);
    watch.start();
  }

  private static void watch() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever said.
      }
    } catch (IOException broken) {
      // As good as closed.
    }
    Runtime.getRuntime().halt(0); // There is nothing to put away, and nobody to wait for it.
  }
}
