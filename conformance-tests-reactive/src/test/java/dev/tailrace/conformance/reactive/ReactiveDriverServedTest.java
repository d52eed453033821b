package dev.tailrace.conformance.reactive;

import dev.tailrace.cli.served.DriverContract;
import dev.tailrace.cli.served.DriverUnderTest;

/** What the official reactive driver finds at {@code tailrace serve}. */
class ReactiveDriverServedTest extends DriverContract {

  @Override
  protected DriverUnderTest connect(String connectionString) {
    return new ReactiveDriver(connectionString);
  }
}
