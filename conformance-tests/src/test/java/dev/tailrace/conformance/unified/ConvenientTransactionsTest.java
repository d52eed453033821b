package dev.tailrace.conformance.unified;

/**
 * The official tests of transactions in callbacks, which are about the fake: the engine does none
 * of that.
 */
class ConvenientTransactionsTest extends DriverSuiteTest {

  ConvenientTransactionsTest() {
    super(Suite.CONVENIENT_TRANSACTIONS);
  }
}
