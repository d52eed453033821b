package dev.tailrace.benchmarks.client;

import com.sun.management.OperatingSystemMXBean;
import dev.tailrace.benchmarks.process.ParentProcess;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * A process in which one client reads, first to get warm and then to be measured. Arguments: the
 * {@link Client}'s name and a connection string. Prints a {@link Reading}.
 */
public final class ReadingProcess {

  /**
   * The least; and as many events as are measured, however long a busy machine takes to that. What
   * runs once for a batch of 1,000 events takes that long to be compiled, too.
   */
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(6);

  private static final int BETWEEN_LOOKS_AT_THE_CLOCK = 10_000;

  private ReadingProcess() {}

  /** Reads, and prints how long it took. */
  public static void main(String[] arguments) throws Exception {
    ParentProcess.endWithIt();
    Client client = Client.valueOf(arguments[0]);
    try (EventSource events = client.open(arguments[1])) {
      warmUp(events, client.count());
      System.out.println(measure(events, client.count()).toLine());
    }
  }

  private static void warmUp(EventSource events, int atLeast) throws Exception {
    long begin = System.nanoTime();
    for (int count = 0;
        count < atLeast || System.nanoTime() - begin < WARM_UP_NANOS;
        count += BETWEEN_LOOKS_AT_THE_CLOCK) {
      read(events, BETWEEN_LOOKS_AT_THE_CLOCK);
    }
  }

  private static Reading measure(EventSource events, int count) throws Exception {
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long cpuBefore = process.getProcessCpuTime();
    long before = System.nanoTime();
    read(events, count);
    long wallNanos = System.nanoTime() - before;
    return new Reading(count, wallNanos, process.getProcessCpuTime() - cpuBefore);
  }

  private static void read(EventSource events, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      events.next();
    }
  }
}
