package dev.tailrace.fakeserver.core;

import dev.tailrace.fakeserver.command.Node;
import dev.tailrace.fakeserver.command.Outcome.WakeOn;
import dev.tailrace.fakeserver.command.World;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The commands that wait, by what they wait for. They are asked only after that changed, so one
 * that waits costs nothing meanwhile; its deadline is a timer.
 */
final class Parking {

  private final World world;
  private final List<Node> nodes;
  private final Map<WakeOn, Set<Exchange>> waiting = new EnumMap<>(WakeOn.class);
  private long journal;
  private long topology;
  private long failPoints;
  private long kills;

  /** Those that a fault holds back; only a kill ends that early. */
  private final Set<Exchange> delayed = new LinkedHashSet<>();

  Parking(World world, List<Node> nodes) {
    this.world = world;
    this.nodes = nodes;
    for (WakeOn kind : WakeOn.values()) {
      waiting.put(kind, new LinkedHashSet<>());
    }
  }

  void enter(WakeOn kind, Exchange exchange) {
    waitersOn(kind).add(exchange);
  }

  void leave(WakeOn kind, Exchange exchange) {
    waitersOn(kind).remove(exchange);
  }

  void delay(Exchange exchange) {
    delayed.add(exchange);
  }

  void endDelay(Exchange exchange) {
    delayed.remove(exchange);
  }

  /** How many of them are getMores on change streams. */
  int countStreams() {
    int count = 0;
    for (Exchange exchange : waitersOn(WakeOn.JOURNAL)) {
      count += exchange.call.isOnChangeStream() ? 1 : 0;
    }
    return count;
  }

  /** Asks everyone for whom something changed since the last time, until nothing changes more. */
  void wake() {
    while (true) {
      endKilled(); // First, since whoever ends may have stood before others.
      long journalNow = journalStamp();
      long topologyNow = topologyStamp();
      long failPointsNow = failPointStamp();
      boolean wakesReaders = journalNow != journal || topologyNow != topology;
      boolean wakesMonitors = topologyNow != topology;
      boolean wakesTests = failPointsNow != failPoints;
      journal = journalNow;
      topology = topologyNow;
      failPoints = failPointsNow;
      if (wakesMonitors) {
        askAll(WakeOn.TOPOLOGY);
      }
      if (wakesReaders) {
        askAll(WakeOn.JOURNAL);
      }
      if (wakesTests) {
        askAll(WakeOn.FAIL_POINT);
      }
      if (!wakesReaders && !wakesTests) {
        return;
      }
    }
  }

  private void endKilled() {
    for (long now = killed(); now != kills; now = killed()) {
      kills = now;
      for (WakeOn kind : WakeOn.values()) {
        List.copyOf(waitersOn(kind)).forEach(Exchange::endIfKilled);
      }
      List.copyOf(delayed).forEach(Exchange::endIfKilled);
    }
  }

  private long killed() {
    return nodes.stream().mapToLong(Node::killedOperations).sum();
  }

  private void askAll(WakeOn kind) {
    Set<Exchange> waiters = waitersOn(kind);
    if (!waiters.isEmpty()) {
      List.copyOf(waiters).forEach(Exchange::poll);
    }
  }

  private Set<Exchange> waitersOn(WakeOn kind) {
    return waiting.getOrDefault(kind, Set.of());
  }

  /** A number that is another one after anything was written, replicated, killed or ended. */
  private long journalStamp() {
    long stamp = world.set().journal().end() + 31 * world.set().majority();
    stamp = stamp * 31 + world.transactions().ended();
    stamp = stamp * 31 + world.transactions().lockQueue().departures();
    for (Node node : nodes) {
      stamp = stamp * 31 + node.member().applied() + node.cursors().killedInUse();
    }
    return stamp;
  }

  private long topologyStamp() {
    long stamp = world.set().term();
    for (Node node : nodes) {
      stamp = stamp * 31 + node.member().topologyCounter();
    }
    return stamp;
  }

  private long failPointStamp() {
    long stamp = 0;
    for (Node node : nodes) {
      stamp = stamp * 31 + node.failPoints().changes();
    }
    return stamp;
  }
}
