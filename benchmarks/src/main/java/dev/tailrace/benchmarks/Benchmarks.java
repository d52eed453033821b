package dev.tailrace.benchmarks;

import dev.tailrace.benchmarks.jmh.MicroBenchmarks;
import java.util.Locale;

/** Runs all comparisons, or the one that is named by the only argument, and prints its tables. */
public final class Benchmarks {

  private Benchmarks() {}

  /** Runs {@code throughput}, {@code latency}, {@code servers}, {@code jmh} or {@code all}. */
  public static void main(String[] arguments) throws Exception {
    Part part = Part.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    if (part.includes(Part.THROUGHPUT)) {
      Throughput.run();
    }
    if (part.includes(Part.LATENCY)) {
      Latency.run();
    }
    if (part.includes(Part.SERVERS)) {
      Servers.run();
    }
    if (part.includes(Part.JMH)) {
      MicroBenchmarks.run();
    }
  }

  private enum Part {
    THROUGHPUT,
    LATENCY,
    SERVERS,
    JMH,
    ALL;

    boolean includes(Part other) {
      return this == ALL || this == other;
    }
  }
}
