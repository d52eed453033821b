package dev.tailrace.conformance.unified;

import static dev.tailrace.conformance.unified.client.ClientUnderTest.OFFICIAL_DRIVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tailrace.conformance.support.TextTable;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The unified test format's own tests of what a runner must find fault with. */
@Execution(ExecutionMode.CONCURRENT)
class ValidFailTest {

  /** The failures, by file and description. */
  private static final Map<String, String> FAILURES =
      TextTable.read(ValidFailTest.class, "valid-fail.txt", 2).stream()
          .collect(Collectors.toUnmodifiableMap(row -> row.get(0), row -> row.get(1)));

  private static final SuitePlayer SUITE =
      new SuitePlayer(Suite.VALID_FAIL, ValidFailTest::mustFail);

  @TestFactory
  Stream<DynamicNode> officialDriver() {
    return SUITE.with(OFFICIAL_DRIVER);
  }

  private static void mustFail(String test, Executable run) {
    String name = test.substring(Suite.VALID_FAIL.toString().length() + 1);
    assertThat(catchThrowable(run::execute)).as(name).hasMessageContaining(FAILURES.get(name));
  }

  @AfterAll
  static void report() {
    SUITE.report();
  }
}
