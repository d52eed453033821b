package dev.tailrace.conformance.topology;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The suite of the connection monitoring and pooling specification, its unit tests and its
 * integration tests, played against the machine in virtual time. Of an expected error the kind is
 * compared; its words are ours.
 */
class ConnectionPoolTest {

  private static final AtomicInteger PLAYED = new AtomicInteger();
  private static final AtomicInteger OFFERED = new AtomicInteger();

  @TestFactory
  Stream<DynamicTest> pools() {
    List<DynamicTest> tests =
        OfficialTests.in(
                "connection-monitoring-and-pooling/tests/cmap-format", ConnectionPoolTest::play)
            .toList();
    OFFERED.addAndGet(tests.size());
    return tests.stream();
  }

  private static void play(BsonDocument test) {
    new PoolPlayer(test).play();
    PLAYED.incrementAndGet();
  }

  @AfterAll
  static void printCounts() {
    System.out.printf(
        "connection-monitoring-and-pooling: %d of %d files pass%n", PLAYED.get(), OFFERED.get());
  }
}
