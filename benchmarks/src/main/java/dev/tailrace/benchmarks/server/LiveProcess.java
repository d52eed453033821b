package dev.tailrace.benchmarks.server;

import com.mongodb.client.MongoCursor;
import dev.tailrace.benchmarks.process.ParentProcess;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bson.RawBsonDocument;

/**
 * A process that measures how fast a server writes and shows what it writes. Arguments: the number
 * of its process, and the connection strings of servers in it that are new. Prints its {@link
 * Figure}s.
 *
 * <p>Each run has a server of its own, so that none has history; code is compiled while they go on,
 * and the median of the later half counts.
 */
public final class LiveProcess {

  /** The servers that are started for it: enough for the code of either to be compiled. */
  public static final int SERVERS = 20;

  private static final int EVENTS = 20_000;

  private LiveProcess() {}

  /** Measures, and prints what was found. */
  public static void main(String[] arguments) throws Exception {
    ParentProcess.endWithIt();
    List<Run> runs = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      try (MeasuredServer server = new MeasuredServer(arguments[i], arguments[0])) {
        runs.add(run(server));
      }
    }
    Run median =
        runs.subList(runs.size() / 2, runs.size()).stream()
            .sorted(Comparator.comparingDouble(Run::eventsInSecond))
            .skip(runs.size() / 4)
            .findFirst()
            .orElseThrow();
    System.out.println(Figure.toLine(median.figures()));
  }

  /** From the first insert until the event of the last of them is there. */
  private static Run run(MeasuredServer server) throws Exception {
    server.insert(1); // The client is connected by then.
    try (MongoCursor<RawBsonDocument> stream =
        server.orders().watch().withDocumentClass(RawBsonDocument.class).cursor()) {
      Future<?> reading = server.reader().submit(() -> MeasuredServer.read(stream, EVENTS));
      long serverBefore = server.cpuNanos();
      long clientBefore = MeasuredServer.ownCpuNanos();
      long beforeNanos = System.nanoTime();
      server.insert(EVENTS);
      reading.get(MeasuredServer.PATIENCE_SECONDS, TimeUnit.SECONDS);
      return new Run(
          EVENTS * 1e9 / (System.nanoTime() - beforeNanos),
          (server.cpuNanos() - serverBefore) / 1000.0 / EVENTS,
          (MeasuredServer.ownCpuNanos() - clientBefore) / 1000.0 / EVENTS);
    }
  }

  private record Run(double eventsInSecond, double serverMicros, double clientMicros) {
    Map<Figure, Double> figures() {
      Map<Figure, Double> figures = new EnumMap<>(Figure.class);
      figures.put(Figure.EVENTS_LIVE, eventsInSecond);
      figures.put(Figure.CPU_LIVE, serverMicros);
      figures.put(Figure.CLIENT_CPU_LIVE, clientMicros);
      return figures;
    }
  }
}
