package dev.tailrace.conformance.unified;

/** The official tests of transactions, which are about the fake: the engine does none of that. */
class TransactionsTest extends DriverSuiteTest {

  TransactionsTest() {
    super(Suite.TRANSACTIONS);
  }
}
