package dev.tailrace.conformance.transport;

import static dev.tailrace.conformance.transport.Exchanges.PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.Eventually;
import dev.tailrace.conformance.transport.Exchanges.Cursor;
import dev.tailrace.conformance.transport.Exchanges.Sent;
import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.history.HistoryEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

/** Nothing is left of a transport that is closed, and the servers know it. */
class CloseTest extends TransportContract {

  @Test
  void endsWhatIsUnderWay() throws InterruptedException {
    var set = start(3);
    Exchanges exchanges = connect(set);
    List<Sent> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(exchanges.send(exchanges.watch(PRIMARY).getMore()));
    }
    awaitWaiting(set, exchanges, 5);

    exchanges.transport().close();
    exchanges.transport().close();

    awaitNoConnection(set);
    for (Sent each : waiting) {
      assertThat(each.outcomes()).hasSizeLessThanOrEqualTo(1);
      assertThat(each.outcomes())
          .allSatisfy(
              outcome ->
                  assertThat(outcome)
                      .isInstanceOfSatisfying(
                          Failed.class,
                          failed -> assertThat(failed.reason()).isEqualTo(Reason.CLOSED)));
    }
  }

  @Test
  void refusesWhatComesLater() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    exchanges.run("{ping: 1}");
    exchanges.transport().close();

    Sent late = exchanges.send(PRIMARY, "{find: 'c'}");
    BsonDocument lsid = exchanges.transport().startSession();
    exchanges.transport().endSession(lsid);

    Eventually.await("an outcome", late::isOver);
    assertThat(late.awaitFailure().reason()).isEqualTo(Reason.CLOSED);
    assertThat(reached(set, "find")).isEmpty();
  }

  @Test
  void letsKillCursorsGetThere() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    Cursor cursor = exchanges.watch(PRIMARY);
    assertThat(set.openCursors()).isEqualTo(1);

    exchanges.send(cursor.killCursors());
    exchanges.transport().close();

    settle(set);
    assertThat(set.openCursors()).isZero();
  }

  @Test
  void tellsOfTheSessionsThatAreOver() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    List<BsonDocument> sessions = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      BsonDocument lsid = exchanges.transport().startSession();
      sessions.add(lsid);
      BsonDocument ping = BsonDocument.parse("{ping: 1}").append("lsid", lsid);
      exchanges.send(new Request(PRIMARY, Exchanges.DATABASE, ping)).awaitReply();
    }
    sessions.forEach(exchanges.transport()::endSession);

    exchanges.transport().close();

    settle(set);
    List<BsonValue> told = new ArrayList<>();
    arrived(set, "endSessions").forEach(each -> told.addAll(each.getArray("endSessions")));
    assertThat(told).containsAll(sessions);
  }

  @Test
  void aHandlerMayClose() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    Sent sent = exchanges.new Sent();

    exchanges
        .transport()
        .send(
            Exchanges.request(PRIMARY, "{ping: 1}"),
            outcome -> {
              exchanges.transport().close();
              sent.accept(outcome);
            });

    sent.awaitReply();
    awaitNoConnection(set);
  }

  @Test
  void anInterruptedThreadMayClose() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    exchanges.run("{ping: 1}");
    exchanges.send(exchanges.watch(PRIMARY).getMore());
    awaitWaiting(set, exchanges, 1);
    Thread.currentThread().interrupt();

    exchanges.transport().close();

    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    awaitNoConnection(set);
  }

  /** A server that hears nothing keeps nobody. */
  @Test
  void doesNotWaitForTheDead() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    Cursor cursor = exchanges.watch(PRIMARY);
    set.faults().on("killCursors").always().halfOpen();
    set.faults().on("endSessions").always().halfOpen();
    exchanges.send(cursor.killCursors());
    exchanges.transport().endSession(cursor.lsid());

    exchanges.transport().close(); // Comes back.
  }

  private void awaitNoConnection(FakeReplicaSet set) throws InterruptedException {
    settle(set);
    Eventually.await(
        "no connection is left", () -> count(set, HistoryEvent.Kind.CONNECTED) == closed(set));
  }

  /** In virtual time what was sent last arrives when somebody waits. */
  private void settle(FakeReplicaSet set) {
    if (kind == TransportUnderTest.LOOPBACK) {
      set.clock().advance(Duration.ofMinutes(1));
    }
  }

  private static long closed(FakeReplicaSet set) {
    return count(set, HistoryEvent.Kind.CLOSED);
  }

  private static long count(FakeReplicaSet set, HistoryEvent.Kind kind) {
    return set.history().events().stream().filter(event -> event.kind() == kind).count();
  }
}
