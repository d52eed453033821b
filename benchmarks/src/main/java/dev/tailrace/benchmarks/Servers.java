package dev.tailrace.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.tailrace.benchmarks.process.ChildProcess;
import dev.tailrace.benchmarks.server.Figure;
import dev.tailrace.benchmarks.server.LiveProcess;
import dev.tailrace.benchmarks.server.MeasuringProcess;
import dev.tailrace.benchmarks.server.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The fake set against another server in memory, both read by the official driver. In each round
 * servers and clients are processes of their own, and new; the rounds go around the servers, so
 * that what disturbs the machine for a while disturbs them alike. Within a process, code is
 * compiled on servers that are then left alone: those that are measured have no history but what a
 * row is about.
 */
final class Servers {

  private static final int ROUNDS = Integer.getInteger("tailrace.benchmark.rounds", 5);

  /** The history; fewer to try the benchmark itself. */
  private static final int INSERTS = Integer.getInteger("tailrace.benchmark.inserts", 200_000);

  private Servers() {}

  static void run() throws IOException, InterruptedException {
    Map<Server, List<Map<Figure, Double>>> rounds = new EnumMap<>(Server.class);
    for (int round = 0; round < ROUNDS; round++) {
      for (Server server : Server.values()) {
        rounds.computeIfAbsent(server, unmeasured -> new ArrayList<>()).add(measure(server));
      }
    }
    System.out.printf(
        "%nThe fake set against mongo-java-server, read by the driver; %,d inserts of history;"
            + " medians of %d runs%n",
        INSERTS, ROUNDS);
    String columns = "%-62s %12s %18s %8s %8s%n";
    System.out.printf(
        columns, "", Server.TAILRACE.title(), Server.MONGO_JAVA_SERVER.title(), "ratio", "aim");
    for (Figure figure : Figure.values()) {
      double ours = median(requireNonNull(rounds.get(Server.TAILRACE)), figure);
      double theirs = median(requireNonNull(rounds.get(Server.MONGO_JAVA_SERVER)), figure);
      System.out.printf(
          columns,
          figure.title(),
          "%,.1f".formatted(ours),
          "%,.1f".formatted(theirs),
          theirs == 0 ? "" : "%.3f".formatted(ours / theirs),
          figure.goal());
    }
  }

  private static Map<Figure, Double> measure(Server server)
      throws IOException, InterruptedException {
    Map<Figure, Double> figures =
        measure(server, MeasuringProcess.SERVERS, MeasuringProcess.class, String.valueOf(INSERTS));
    figures.putAll(measure(server, LiveProcess.SERVERS, LiveProcess.class));
    return figures;
  }

  /** Lets a process measure new servers; behind its arguments it is told of their process. */
  private static Map<Figure, Double> measure(
      Server server, int count, Class<?> client, String... arguments)
      throws IOException, InterruptedException {
    try (ChildProcess process = server.start(count)) {
      List<String> all = new ArrayList<>(List.of(arguments));
      all.add(String.valueOf(process.pid()));
      all.addAll(List.of(process.line().split(" ", -1)));
      try (ChildProcess measuring = ChildProcess.start(client, all.toArray(String[]::new))) {
        return Figure.parse(measuring.line());
      }
    }
  }

  private static double median(List<Map<Figure, Double>> rounds, Figure figure) {
    return rounds.stream()
        .mapToDouble(figures -> requireNonNull(figures.get(figure)))
        .sorted()
        .skip(rounds.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
