package dev.tailrace.benchmarks;

import dev.tailrace.benchmarks.client.Client;
import dev.tailrace.benchmarks.process.ChildProcess;
import dev.tailrace.benchmarks.server.FakeSetProcess;
import java.io.IOException;
import java.util.List;

/**
 * How long it takes from the moment before an insert until the event is there. The set is a process
 * of its own; both streams and the writer are in another one, so that one clock measures all.
 */
final class Latency {

  /** What is compared: the first with all others. */
  static final List<Client> CLIENTS = List.of(Client.DRIVER_RAW, Client.TAILRACE_RAW);

  private Latency() {}

  static void run() throws IOException, InterruptedException {
    try (ChildProcess set = ChildProcess.start(FakeSetProcess.class, "1");
        ChildProcess process = ChildProcess.start(LatencyProcess.class, set.line())) {
      System.out.printf(
          "%nFrom insert to next() on the fake set, in turns in one process (aim: ratios of 1 or less)%n");
      System.out.printf(
          "%-50s %10s %10s %10s %10s%n", "", "p50 µs", "p99 µs", "p50 ratio", "p99 ratio");
      Percentiles first = null;
      for (Client client : CLIENTS) {
        Percentiles latency = Percentiles.parse(process.line());
        first = first == null ? latency : first;
        System.out.printf(
            "%-50s %10.0f %10.0f %10.2f %10.2f%n",
            client.title(),
            latency.p50Nanos / 1000,
            latency.p99Nanos / 1000,
            latency.p50Nanos / first.p50Nanos,
            latency.p99Nanos / first.p99Nanos);
      }
    }
  }

  private record Percentiles(double p50Nanos, double p99Nanos) {

    static Percentiles parse(String line) {
      String[] fields = line.split(" ", -1);
      return new Percentiles(Double.parseDouble(fields[0]), Double.parseDouble(fields[1]));
    }
  }
}
