package dev.tailrace.benchmarks.server;

import com.mongodb.client.MongoCursor;
import dev.tailrace.benchmarks.process.ParentProcess;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bson.RawBsonDocument;

/**
 * A process that measures how fast a server that is new writes and shows what it writes. Arguments:
 * its connection string, and the number of its process. Prints its {@link Figure}s.
 *
 * <p>The best run counts: code is compiled while they go on, and history grows.
 */
public final class LiveProcess implements AutoCloseable {

  private static final int EVENTS = 20_000;
  private static final long RUNNING_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** More than that would fill the heap of a fast server. */
  private static final int MAX_RUNS = 40;

  private final MeasuredServer server;

  private LiveProcess(MeasuredServer server) {
    this.server = server;
  }

  /** Measures, and prints what was found. */
  public static void main(String[] arguments) throws Exception {
    ParentProcess.endWithIt();
    try (LiveProcess process = new LiveProcess(new MeasuredServer(arguments[0], arguments[1]))) {
      System.out.println(Figure.toLine(process.best().figures()));
    }
  }

  private Run best() throws Exception {
    Run best = run();
    long untilNanos = System.nanoTime() + RUNNING_NANOS;
    for (int i = 1; i < MAX_RUNS && System.nanoTime() < untilNanos; i++) {
      Run next = run();
      best = next.eventsInSecond > best.eventsInSecond ? next : best;
    }
    return best;
  }

  /** From the first insert until the event of the last of them is there. */
  private Run run() throws Exception {
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

  @Override
  public void close() {
    server.close();
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
