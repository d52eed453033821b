package dev.tailrace.conformance.transport;

import static dev.tailrace.conformance.transport.Exchanges.PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.transport.Exchanges.Cursor;
import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Outcome.Replied;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Target;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

/** A request goes to a server that its read preference admits, or to the one that it names. */
class TargetTest extends TransportContract {

  private static final Target SECONDARY = Exchanges.any(Mode.SECONDARY);

  @Test
  void theReadPreferenceDecides() throws InterruptedException {
    var set = start(3);
    Exchanges exchanges = connect(set);

    Replied primary = exchanges.send(PRIMARY, "{ping: 1}").awaitReply();
    Replied secondary = exchanges.send(SECONDARY, "{find: 'c'}").awaitReply();

    assertThat(primary.server().address()).isEqualTo(set.member(0).address());
    assertThat(secondary.server().address()).isIn(set.member(1).address(), set.member(2).address());
    assertThat(arrived(set, "ping").get(0)).doesNotContainKey("$readPreference");
    assertThat(arrived(set, "find").get(0).getDocument("$readPreference"))
        .isEqualTo(new BsonDocument("mode", new BsonString("secondary")));
  }

  /** Many requests, so that one that did not look would not be lucky each time. */
  @Test
  void aServerThatFailedBeforeIsPassedOver() throws InterruptedException {
    var set = start(3);
    Exchanges exchanges = connect(set);
    String failed = set.member(1).address();
    String other = set.member(2).address();
    Replied found = exchanges.send(SECONDARY, "{find: 'c'}").awaitReply();
    while (!found.server().address().equals(other)) { // Until the other one is known, too.
      found = exchanges.send(SECONDARY, "{find: 'c'}").awaitReply();
    }
    Target others = new Target.AnyEligible(ReadPreference.of(Mode.SECONDARY), Set.of(failed));
    for (int i = 0; i < 20; i++) {
      Replied replied = exchanges.send(others, "{find: 'c'}").awaitReply();

      assertThat(replied.server().address()).isEqualTo(other);
    }
  }

  @Test
  void aServerThatFailedBeforeIsTakenIfThereIsNoOther() throws InterruptedException {
    var set = start(3);
    String primary = set.member(0).address();
    Target only = new Target.AnyEligible(ReadPreference.PRIMARY, Set.of(primary));

    Replied replied = connect(set).send(only, "{ping: 1}").awaitReply();

    assertThat(replied.server().address()).isEqualTo(primary);
  }

  /** Many cursors, so that a request that went to any server would not be lucky each time. */
  @Test
  void whatBelongsToACursorGoesToItsServer() throws InterruptedException {
    var set = start(3);
    Exchanges exchanges = connect(set);
    for (int i = 0; i < 20; i++) {
      Cursor cursor = exchanges.watch(Exchanges.any(Mode.NEAREST));
      Replied killed = exchanges.send(cursor.killCursors()).awaitReply();

      assertThat(killed.server()).isEqualTo(cursor.server());
      assertThat(killed.reply().asDocument().getArray("cursorsKilled")).hasSize(1);
    }
    assertThat(reached(set, "killCursors")).isEqualTo(reached(set, "aggregate"));
    assertThat(set.openCursors()).isZero();
  }

  /** It has the cursor still: that it is no primary any more is for the server to mind. */
  @Test
  void alsoAfterItHasSteppedDown() throws InterruptedException {
    var set = start(3);
    Exchanges exchanges = connect(set);
    Cursor cursor = exchanges.watch(PRIMARY);
    set.stepDown();
    exchanges.runInTheEnd("{insert: 'c', documents: [{_id: 1}]}");

    Replied killed = exchanges.send(cursor.killCursors()).awaitReply();

    assertThat(killed.server().address()).isEqualTo(cursor.server().address());
    assertThat(reached(set, "killCursors")).containsExactly(0);
  }

  /** A broken connection is no reason to believe that the server is gone, with its cursors. */
  @Test
  void alsoAfterAnotherConnectionToItBroke() throws InterruptedException {
    var set = start(3);
    Exchanges exchanges = connect(set);
    for (int i = 0; i < 10; i++) {
      Cursor cursor = exchanges.watch(SECONDARY);
      set.faults().on("find").closeConnection();
      exchanges.send(new Target.SameServer(cursor.server()), "{find: 'c'}").awaitFailure();

      Replied killed = exchanges.send(cursor.killCursors()).awaitReply();

      assertThat(killed.reply().asDocument().getArray("cursorsKilled")).hasSize(1);
    }
    assertThat(set.openCursors()).isZero();
  }

  @Test
  void andToNoOtherWhenItIsDown() throws InterruptedException {
    var set = start(3);
    Exchanges exchanges = connect(set);
    Cursor cursor = exchanges.watch(PRIMARY);
    set.member(0).crash();
    exchanges.runInTheEnd("{ping: 1}"); // There is another primary.

    Failed failed = exchanges.send(cursor.getMore()).awaitFailure();

    assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
    assertThat(failed.message()).contains(cursor.server().address());
    assertThat(reached(set, "getMore")).isEmpty();
  }

  @Test
  void aServerThatIsNotOfTheDeploymentIsNotReached() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    exchanges.run("{ping: 1}");
    ServerRef stranger = new ServerRef("127.0.0.1:1", 21, ServerKind.REPLICA_SET_MEMBER);

    Failed failed = exchanges.send(new Target.SameServer(stranger), "{find: 'c'}").awaitFailure();

    assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
    assertThat(failed.message()).contains("127.0.0.1:1");
    assertThat(reached(set, "find")).isEmpty();
  }
}
