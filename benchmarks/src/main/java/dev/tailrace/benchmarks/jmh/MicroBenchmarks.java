package dev.tailrace.benchmarks.jmh;

import dev.tailrace.benchmarks.process.ChildProcess;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks of this package, and prints their scores. */
public final class MicroBenchmarks {

  private MicroBenchmarks() {}

  /** Runs them all. */
  public static void run() throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(BatchBenchmark.class.getName())
            .jvmArgs(ChildProcess.JVM_FLAGS.toArray(String[]::new))
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .build();
    System.out.printf(
        "%nOne batch of events in memory (JMH)%n%-50s %12s %12s%n", "", "ns/event", "±");
    for (RunResult run : new Runner(options).run()) {
      Result<?> result = run.getPrimaryResult();
      System.out.printf(
          "%-50s %12.1f %12.1f%n", result.getLabel(), result.getScore(), result.getScoreError());
    }
  }
}
