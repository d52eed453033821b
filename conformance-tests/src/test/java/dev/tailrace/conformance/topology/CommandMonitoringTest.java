package dev.tailrace.conformance.topology;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The suites of the command logging and monitoring specification. */
class CommandMonitoringTest {

  @TestFactory
  Stream<DynamicTest> monitoring() {
    return OfficialTests.each(
        "command-logging-and-monitoring/tests/monitoring", TransportPlayer::play);
  }

  @TestFactory
  Stream<DynamicTest> logging() {
    return OfficialTests.each(
        "command-logging-and-monitoring/tests/logging", TransportPlayer::play);
  }
}
