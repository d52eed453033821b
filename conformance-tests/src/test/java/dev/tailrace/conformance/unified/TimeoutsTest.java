package dev.tailrace.conformance.unified;

import org.junit.jupiter.api.parallel.Isolated;

/**
 * The official tests of client-side operations timeout that are about change streams. Without the
 * Flow face, which has no calls that could be out of time, and without the official driver as
 * control: it passes them, but not on a busy machine.
 */
@Isolated("Counts in milliseconds of real time: 50 of them decide some of its tests.")
class TimeoutsTest extends EngineSuiteTest {

  TimeoutsTest() {
    super(new SuitePlayer(Suite.TIMEOUTS, new RealTimeJudge()));
  }
}
