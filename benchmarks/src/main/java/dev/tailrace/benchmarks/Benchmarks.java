package dev.tailrace.benchmarks;

import java.util.Locale;

/** Runs all comparisons, or the one that is named by the only argument, and prints its tables. */
public final class Benchmarks {

  private Benchmarks() {}

  /** Runs {@code throughput}, {@code latency} or {@code all}. */
  public static void main(String[] arguments) throws Exception {
    Part part = Part.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    if (part.includes(Part.THROUGHPUT)) {
      Throughput.run();
    }
    if (part.includes(Part.LATENCY)) {
      Latency.run();
    }
  }

  private enum Part {
    THROUGHPUT,
    LATENCY,
    ALL;

    boolean includes(Part other) {
      return this == ALL || this == other;
    }
  }
}
