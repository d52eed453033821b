package dev.tailrace.conformance.served;

import dev.tailrace.cli.served.DriverContract;
import dev.tailrace.cli.served.DriverUnderTest;

/** What the official synchronous driver finds at {@code tailrace serve}. */
class SyncDriverServedTest extends DriverContract {

  @Override
  protected DriverUnderTest connect(String connectionString) {
    return new SyncDriver(connectionString);
  }
}
