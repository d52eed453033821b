package dev.tailrace.conformance.unified;

import static dev.tailrace.conformance.unified.client.ClientUnderTest.ASYNC_ENGINE;
import static dev.tailrace.conformance.unified.client.ClientUnderTest.ENGINE_OVER_DRIVER;
import static dev.tailrace.conformance.unified.client.ClientUnderTest.ENGINE_OVER_LOOPBACK;
import static dev.tailrace.conformance.unified.client.ClientUnderTest.ENGINE_OVER_TCP;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A suite, played with the engine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
abstract class EngineSuiteTest {

  final SuitePlayer player;

  EngineSuiteTest(Suite suite) {
    this(new SuitePlayer(suite));
  }

  EngineSuiteTest(SuitePlayer player) {
    this.player = player;
  }

  @TestFactory
  Stream<DynamicNode> engineOverTcp() {
    return player.with(ENGINE_OVER_TCP);
  }

  @TestFactory
  Stream<DynamicNode> engineOverDriver() {
    return player.with(ENGINE_OVER_DRIVER);
  }

  @TestFactory
  Stream<DynamicNode> engineOverLoopback() {
    return player.with(ENGINE_OVER_LOOPBACK);
  }

  @TestFactory
  Stream<DynamicNode> asyncEngine() {
    return player.with(ASYNC_ENGINE);
  }

  @AfterAll
  void report() {
    player.report();
  }
}
