package dev.tailrace.conformance.unified;

/**
 * The official tests of client-side operations timeout that are about change streams. Without the
 * official driver as control: it passes them, but not on a busy machine, for they count in
 * milliseconds of real time.
 */
class TimeoutsTest extends EngineSuiteTest {

  TimeoutsTest() {
    super(Suite.TIMEOUTS);
  }
}
