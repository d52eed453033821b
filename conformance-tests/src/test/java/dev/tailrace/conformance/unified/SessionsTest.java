package dev.tailrace.conformance.unified;

/**
 * The official tests of sessions and of reads of snapshots, which are about the fake: the engine
 * does none of that.
 */
class SessionsTest extends DriverSuiteTest {

  SessionsTest() {
    super(Suite.SESSIONS);
  }
}
