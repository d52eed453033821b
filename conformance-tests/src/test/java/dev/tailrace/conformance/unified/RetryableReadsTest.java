package dev.tailrace.conformance.unified;

/** The official tests of retryable reads that are about change streams. */
class RetryableReadsTest extends SuiteTest {

  RetryableReadsTest() {
    super(Suite.RETRYABLE_READS);
  }
}
