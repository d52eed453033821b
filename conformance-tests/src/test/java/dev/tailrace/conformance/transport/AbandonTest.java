package dev.tailrace.conformance.transport;

import static dev.tailrace.conformance.transport.Exchanges.PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.transport.Exchanges.Cursor;
import dev.tailrace.conformance.transport.Exchanges.Sent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever gives an exchange up gets back what it holds, and has no trouble from it. */
class AbandonTest extends TransportContract {

  /** Two connections, so that the third exchange at the server has that of the one given up. */
  @Test
  void freesAReadInFlight() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set, "&maxPoolSize=2");
    Cursor unwanted = exchanges.watch(PRIMARY);
    Cursor wanted = exchanges.watch(PRIMARY);
    Sent abandoned = exchanges.send(unwanted.getMore());
    awaitWaiting(set, exchanges, 1);

    abandoned.abandon();

    Sent waiting = exchanges.send(wanted.getMore());
    awaitWaiting(set, exchanges, 2);
    exchanges.run("{ping: 1}");
    assertThat(waiting.isOver()).isFalse();
    assertThat(abandoned.outcomes()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void freesAsManyAsThereAre() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    List<Sent> abandoned = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      abandoned.add(exchanges.send(exchanges.watch(PRIMARY).getMore()));
    }
    awaitWaiting(set, exchanges, 20);

    abandoned.forEach(Sent::abandon);

    exchanges.run("{insert: 'c', documents: [{_id: 1}]}");
    exchanges.run("{ping: 1}");
    assertThat(abandoned)
        .allSatisfy(sent -> assertThat(sent.outcomes()).hasSizeLessThanOrEqualTo(1));
  }

  /** Those that come afterwards must not take the connections that are needed to free others. */
  @Test
  void freesThemBeforeOthersTakeTheirPlace() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set, "&maxPoolSize=21");
    List<Cursor> wanted = new ArrayList<>();
    List<Sent> abandoned = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      wanted.add(exchanges.watch(PRIMARY));
      abandoned.add(exchanges.send(exchanges.watch(PRIMARY).getMore()));
    }
    awaitWaiting(set, exchanges, 20);

    for (int i = 0; i < 20; i++) {
      abandoned.get(i).abandon();
      exchanges.send(wanted.get(i).getMore());
    }

    awaitWaiting(set, exchanges, 40);
    exchanges.run("{ping: 1}");
  }

  @Test
  void beforeAnythingHappened() throws InterruptedException {
    Exchanges exchanges = connect(start(1));
    for (int i = 0; i < 50; i++) {
      Sent abandoned = exchanges.send(PRIMARY, "{ping: 1}");
      abandoned.abandon();
      assertThat(abandoned.outcomes()).hasSizeLessThanOrEqualTo(1);
    }

    exchanges.run("{ping: 1}");
  }

  @Test
  void whileItLooksForAServer() throws InterruptedException {
    var set = start(3);
    set.member(1).crash();
    set.member(2).crash(); // Without a majority the last one steps down.
    assertThat(set.primary()).isEmpty();
    Exchanges exchanges = connect(set);
    Sent abandoned = exchanges.send(PRIMARY, "{find: 'c'}");

    abandoned.abandon();

    set.member(1).restart();
    exchanges.runInTheEnd("{ping: 1}");
    assertThat(reached(set, "find")).isEmpty();
    assertThat(abandoned.outcomes()).isEmpty();
  }

  @Test
  void whenTheOutcomeIsHereDoesNothing() throws InterruptedException {
    Exchanges exchanges = connect(start(1));
    Sent over = exchanges.send(PRIMARY, "{ping: 1}");
    over.awaitReply();
    Sent other = exchanges.send(PRIMARY, "{ping: 1}");

    over.abandon();
    over.abandon();

    other.awaitReply();
    assertThat(over.outcomes()).hasSize(1);
  }
}
