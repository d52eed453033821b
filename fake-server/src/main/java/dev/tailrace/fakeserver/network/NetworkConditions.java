package dev.tailrace.fakeserver.network;

import dev.tailrace.fakeserver.clock.Ids;
import java.util.TreeSet;

/** How well the links between clients and members work. Not thread-safe. */
final class NetworkConditions {

  private final Ids ids;
  private final TreeSet<Integer> cutOff = new TreeSet<>();
  private long minLatencyNanos;
  private long maxLatencyNanos;
  private double loss;
  private double duplication;

  /** Perfect links: no latency, no loss. */
  NetworkConditions(Ids ids) {
    this.ids = ids;
  }

  /** A message takes at least and at most so long, one way. */
  void setLatency(long minNanos, long maxNanos) {
    if (minNanos < 0 || maxNanos < minNanos) {
      throw new IllegalArgumentException(
          "latency: from %d to %d nanoseconds is no range".formatted(minNanos, maxNanos));
    }
    minLatencyNanos = minNanos;
    maxLatencyNanos = maxNanos;
  }

  /** How likely a message is to get lost, and to come twice. */
  void setLoss(double lossProbability, double duplicationProbability) {
    loss = lossProbability;
    duplication = duplicationProbability;
  }

  /** Cuts a member off from all clients, or joins it again. */
  void setCutOff(int member, boolean isCutOff) {
    if (isCutOff) {
      cutOff.add(member);
    } else {
      cutOff.remove(member);
    }
  }

  boolean isCutOff(int member) {
    return cutOff.contains(member);
  }

  /** How long the next message takes. */
  long drawLatencyNanos() {
    return maxLatencyNanos == minLatencyNanos
        ? minLatencyNanos
        : minLatencyNanos + ids.below(maxLatencyNanos - minLatencyNanos + 1);
  }

  /** Whether the next message gets lost. */
  boolean drawLoss() {
    return loss > 0 && ids.fraction() < loss;
  }

  /** Whether the next message comes twice. */
  boolean drawDuplication() {
    return duplication > 0 && ids.fraction() < duplication;
  }
}
