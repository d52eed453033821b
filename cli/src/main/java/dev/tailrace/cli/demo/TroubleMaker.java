package dev.tailrace.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes trouble while the writer writes: which, and at which of its writes, is drawn from the seed.
 */
final class TroubleMaker implements Runnable {

  /** So many writes lie between two troubles, on average. */
  private static final int WRITES_BETWEEN = 1_000;

  private static final int LOOK_EVERY_MILLIS = 2;

  private final List<Stage.Trouble> kinds;
  private final Workload workload;
  private final int events;
  private final Random random;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Map<String, Integer> made = new TreeMap<>();

  TroubleMaker(List<Stage.Trouble> kinds, Workload workload, int events, long seed) {
    this.kinds = kinds;
    this.workload = workload;
    this.events = events;
    this.random = new Random(seed);
  }

  @Override
  public void run() {
    try {
      List<Stage.Trouble> coming = new ArrayList<>();
      int at = random.nextInt(WRITES_BETWEEN);
      while (at < events && !kinds.isEmpty() && reached(at)) {
        if (coming.isEmpty()) {
          coming.addAll(kinds); // Each kind comes before any comes again.
        }
        Stage.Trouble trouble = coming.remove(random.nextInt(coming.size()));
        trouble.make().run();
        count(trouble.name());
        at += 1 + random.nextInt(2 * WRITES_BETWEEN);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** No more of it. */
  void stop() {
    stopped.countDown();
  }

  /** How much of what was made so far. */
  synchronized Map<String, Integer> made() {
    return new TreeMap<>(made);
  }

  /** How much was made so far. */
  int count() {
    return made().values().stream().mapToInt(Integer::intValue).sum();
  }

  private synchronized void count(String name) {
    made.merge(name, 1, Integer::sum);
  }

  /** Waits until the writer is there; false if it is all over before. */
  private boolean reached(int write) throws InterruptedException {
    while (workload.begun() < write) {
      if (stopped.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return true;
  }
}
