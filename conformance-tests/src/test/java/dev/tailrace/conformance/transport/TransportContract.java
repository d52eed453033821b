package dev.tailrace.conformance.transport;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.Transport;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.history.HistoryEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Clauses of the contract, each a test, with a set and transports for each test. */
@ParameterizedClass(name = "{0}")
@EnumSource
@Execution(ExecutionMode.CONCURRENT)
abstract class TransportContract {

  @Parameter TransportUnderTest kind = TransportUnderTest.TCP;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    Collections.reverse(open);
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  FakeReplicaSet start(int members) {
    FakeReplicaSet set = kind.set().members(members).start();
    open.add(set);
    return set;
  }

  Exchanges connect(FakeReplicaSet set) {
    return connect(set, "");
  }

  /**
   * A transport to the set; the test may close it itself.
   *
   * @param options as of {@link TransportUnderTest#open}
   */
  Exchanges connect(FakeReplicaSet set, String options) {
    Transport transport = kind.open(set, options);
    open.add(transport);
    return new Exchanges(transport);
  }

  /** Where commands of that name have arrived, by the members' numbers. */
  static List<Integer> reached(FakeReplicaSet set, String command) {
    return set.history().commands(command).stream().map(HistoryEvent::member).toList();
  }

  /** The commands of that name as they have arrived. */
  static List<BsonDocument> arrived(FakeReplicaSet set, String command) {
    return set.history().commands(command).stream()
        .map(event -> requireNonNull(event.document(), "too long to be kept"))
        .toList();
  }

  /** Lets go on what has to happen at the set for something to be so. */
  static void awaitWaiting(FakeReplicaSet set, Exchanges exchanges, int getMores)
      throws InterruptedException {
    exchanges.await(
        getMores + " getMores at the set",
        () -> set.history().commands("getMore").size() == getMores);
  }
}
