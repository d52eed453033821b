package dev.tailrace.conformance.unified;

import static dev.tailrace.conformance.unified.client.ClientUnderTest.FLOW_ENGINE;
import static dev.tailrace.conformance.unified.client.ClientUnderTest.OFFICIAL_DRIVER;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * A suite, played with every face of the engine, and with the official driver as the control: what
 * it fails is the fault of the fake or of the runner.
 */
abstract class SuiteTest extends EngineSuiteTest {

  SuiteTest(Suite suite) {
    super(suite);
  }

  @TestFactory
  Stream<DynamicNode> flowEngine() {
    return player.with(FLOW_ENGINE);
  }

  @TestFactory
  Stream<DynamicNode> officialDriver() {
    return player.with(OFFICIAL_DRIVER);
  }
}
