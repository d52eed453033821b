package dev.tailrace.conformance.unified;

import static dev.tailrace.conformance.unified.client.ClientUnderTest.OFFICIAL_DRIVER;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A suite without change streams, played with the official driver: what is tested is the fake. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
abstract class DriverSuiteTest {

  private final SuitePlayer player;

  DriverSuiteTest(Suite suite) {
    player = new SuitePlayer(suite);
  }

  @TestFactory
  Stream<DynamicNode> officialDriver() {
    return player.with(OFFICIAL_DRIVER);
  }

  @AfterAll
  void report() {
    player.report();
  }
}
