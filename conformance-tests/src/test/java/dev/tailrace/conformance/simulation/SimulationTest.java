package dev.tailrace.conformance.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Many runs, each in one thread. {@code -Dtailrace.simulation.seeds=N} sets how many, {@code
 * -Dtailrace.simulation.seed=S} plays that one alone.
 */
@Isolated("Takes all cores there are for itself, and says how long that took.")
class SimulationTest {

  private static final int SEEDS = Integer.getInteger("tailrace.simulation.seeds", 10_000);
  private static final Long ONLY = Long.getLong("tailrace.simulation.seed");

  @Test
  void nothingIsLostRepeatedOrReordered() {
    LongStream seeds = ONLY == null ? LongStream.range(0, SEEDS) : LongStream.of(ONLY);
    long start = System.nanoTime();
    List<World.Result> results = seeds.parallel().mapToObj(SimulationTest::play).toList();
    long events = results.stream().mapToLong(World.Result::events).sum();
    long resumes = results.stream().mapToLong(World.Result::resumes).sum();
    System.out.printf(
        "simulation: %,d seeds, %,d events, %,d resumes, nothing lost, repeated or reordered;"
            + " %.1f s%n",
        results.size(), events, resumes, (System.nanoTime() - start) / 1e9);
    assertThat(events).isPositive();
    if (ONLY == null) {
      assertThat(resumes).as("resumes: without trouble this shows nothing").isGreaterThan(SEEDS);
    }
  }

  /** The same seed gives the same bytes, so that a failing run can be played again. */
  @Test
  void aSeedDecidesEverything() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(play(seed)).isEqualTo(play(seed));
    }
  }

  private static World.Result play(long seed) {
    try {
      return new World(seed).play();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while playing seed " + seed, e);
    }
  }
}
