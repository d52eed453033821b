package dev.tailrace.conformance.unified;

/** The unified test format's own tests of what a runner must be able to play. */
class ValidPassTest extends SuiteTest {

  ValidPassTest() {
    super(Suite.VALID_PASS);
  }
}
