package dev.tailrace.conformance.unified;

import org.junit.jupiter.api.parallel.Isolated;

/**
 * The official tests of client-side operations timeout that are about retryable reads, as far as
 * they open change streams.
 */
@Isolated("Counts in milliseconds of real time.")
class RetriesWithinTimeoutsTest extends EngineSuiteTest {

  RetriesWithinTimeoutsTest() {
    super(new SuitePlayer(Suite.RETRIES_WITHIN_TIMEOUTS, new RealTimeJudge()));
  }
}
