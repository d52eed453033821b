package dev.tailrace.conformance.unified;

/**
 * The official tests of retryable writes, which are about the fake: the engine does none of that.
 */
class RetryableWritesTest extends DriverSuiteTest {

  RetryableWritesTest() {
    super(Suite.RETRYABLE_WRITES);
  }
}
