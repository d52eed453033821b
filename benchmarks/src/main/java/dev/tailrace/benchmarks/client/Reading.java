package dev.tailrace.benchmarks.client;

import static java.util.Comparator.comparingDouble;

import java.util.Comparator;
import java.util.List;

/**
 * What one client took to read events.
 *
 * @param events how many
 * @param wallNanos from the first to the last
 * @param cpuNanos the processor time of its whole process meanwhile, collector and compiler
 *     included
 */
public record Reading(long events, long wallNanos, long cpuNanos) {

  /** The median of some readings by wall time, with their median processor time. */
  public static Reading median(List<Reading> readings) {
    Reading wall = middle(readings, comparingDouble(Reading::wallNanosEach));
    Reading cpu = middle(readings, comparingDouble(Reading::cpuNanosEach));
    return new Reading(wall.events, wall.wallNanos, Math.round(cpu.cpuNanosEach() * wall.events));
  }

  /** The one that stood on this line. */
  public static Reading parse(String line) {
    String[] fields = line.split(" ", -1);
    return new Reading(
        Long.parseLong(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]));
  }

  /** As a line, for {@link #parse}. */
  String toLine() {
    return events + " " + wallNanos + " " + cpuNanos;
  }

  /** The wall time of one event, in nanoseconds. */
  public double wallNanosEach() {
    return (double) wallNanos / events;
  }

  /** The processor time of one event, in nanoseconds. */
  public double cpuNanosEach() {
    return (double) cpuNanos / events;
  }

  private static Reading middle(List<Reading> readings, Comparator<Reading> order) {
    return readings.stream().sorted(order).toList().get(readings.size() / 2);
  }
}
