package dev.tailrace.conformance.topology;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The suites of the connection monitoring and pooling specification: its unit tests and its
 * integration tests, played against the machine in virtual time, where of an expected error the
 * kind is compared, as its words are ours; and its logging tests, played against the transport.
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

  @TestFactory
  Stream<DynamicTest> logging() {
    return OfficialTests.each(
        "connection-monitoring-and-pooling/tests/logging", TransportPlayer::play);
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
