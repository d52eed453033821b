package dev.tailrace.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.tailrace.benchmarks.canned.CannedServer;
import dev.tailrace.benchmarks.client.Client;
import dev.tailrace.benchmarks.client.Reading;
import dev.tailrace.benchmarks.client.ReadingProcess;
import dev.tailrace.benchmarks.process.ChildProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How fast events are read that are there already. Each client reads from the same canned server,
 * in a process of its own that is new in each round; the rounds go around all clients, so that what
 * disturbs the machine for a while disturbs them alike.
 */
final class Throughput {

  private static final int ROUNDS = 5;

  /** What the raw stream and the stream of typed events are to take for an event at most. */
  private static final double CPU_MICROS_AIM = 0.25;

  private Throughput() {}

  static void run() throws IOException, InterruptedException {
    Map<Client, List<Reading>> readings = new EnumMap<>(Client.class);
    try (ChildProcess server = ChildProcess.start(CannedServer.class)) {
      String connectionString = server.line();
      for (int round = 0; round < ROUNDS; round++) {
        for (Client client : Client.values()) {
          readings
              .computeIfAbsent(client, unread -> new ArrayList<>())
              .add(read(client, connectionString));
        }
      }
    }
    Map<Client, Reading> medians = new EnumMap<>(Client.class);
    readings.forEach((client, all) -> medians.put(client, Reading.median(all)));
    print(medians);
    printRatios(medians);
  }

  private static Reading read(Client client, String connectionString)
      throws IOException, InterruptedException {
    try (ChildProcess process =
        ChildProcess.start(ReadingProcess.class, client.name(), connectionString)) {
      return Reading.parse(process.line());
    }
  }

  private static void print(Map<Client, Reading> medians) {
    System.out.printf(
        "%nReading from a canned server; medians of %d runs, each in a new process (java %s)%n",
        ROUNDS, String.join(" ", ChildProcess.JVM_FLAGS));
    System.out.printf(
        "%-50s %12s %12s   (aim: %.2f)%n", "", "M events/s", "CPU µs/event", CPU_MICROS_AIM);
    medians.forEach(
        (client, reading) ->
            System.out.printf(
                "%-50s %12.2f %12.3f%n",
                client.title(), 1000 / reading.wallNanosEach(), reading.cpuNanosEach() / 1000));
  }

  private static void printRatios(Map<Client, Reading> medians) {
    System.out.printf(
        "%n%-65s %12s %12s %7s%n",
        "Times as many events in a second", "of wall time", "of CPU", "aim");
    medians.forEach(
        (client, reading) -> {
          for (Client.Goal goal : client.goals()) {
            Reading peer = requireNonNull(medians.get(goal.peer()));
            System.out.printf(
                "%-65s %12.2f %12.2f %7.2f%n",
                client.title() + " / " + goal.peer().title(),
                peer.wallNanosEach() / reading.wallNanosEach(),
                peer.cpuNanosEach() / reading.cpuNanosEach(),
                goal.atLeast());
          }
        });
  }
}
