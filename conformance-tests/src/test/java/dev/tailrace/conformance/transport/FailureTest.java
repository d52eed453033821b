package dev.tailrace.conformance.transport;

import static dev.tailrace.conformance.transport.Exchanges.PRIMARY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.engine.transport.ServerRef;
import org.junit.jupiter.api.Test;

/** Where there is no reply, the reason says why, and the transport goes on. */
class FailureTest extends TransportContract {

  @Test
  void aConnectionThatTheServerCloses() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    exchanges.run("{ping: 1}");
    set.faults().on("find").closeConnection();

    Failed failed = exchanges.send(PRIMARY, "{find: 'c'}").awaitFailure();

    assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
    ServerRef server = requireNonNull(failed.server());
    assertThat(server.address()).isEqualTo(set.member(0).address());
    assertThat(server.maxWireVersion()).isEqualTo(set.serverVersion().maxWireVersion());
    assertThat(reached(set, "find")).as("sent once").hasSize(1);
    exchanges.run("{ping: 1}");
  }

  @Test
  void aReplyThatBreaksOff() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    exchanges.run("{ping: 1}");
    set.faults().on("find").closeMidReply(30);

    Failed failed = exchanges.send(PRIMARY, "{find: 'c'}").awaitFailure();

    assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
    assertThat(reached(set, "find")).as("sent once").hasSize(1);
    exchanges.run("{ping: 1}");
  }

  @Test
  void aReplyThatIsNotTheProtocol() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    exchanges.run("{ping: 1}");
    set.faults().on("find").garbleReply();

    Failed failed = exchanges.send(PRIMARY, "{find: 'c'}").awaitFailure();

    assertThat(failed.reason()).isEqualTo(Reason.BAD_MESSAGE);
    exchanges.runInTheEnd("{ping: 1}");
  }

  @Test
  void aServerThatDiesWhileAGetMoreWaits() throws InterruptedException {
    var set = start(3);
    Exchanges exchanges = connect(set);
    Exchanges.Cursor cursor = exchanges.watch(PRIMARY);
    Exchanges.Sent getMore = exchanges.send(cursor.getMore());
    awaitWaiting(set, exchanges, 1);

    set.member(0).crash();

    assertThat(getMore.awaitFailure().reason()).isEqualTo(Reason.NETWORK);
    exchanges.runInTheEnd("{ping: 1}"); // At the next primary.
  }

  @Test
  void noServerThatMayBeReadFrom() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set, "&serverSelectionTimeoutMS=300");

    Failed failed = exchanges.send(Exchanges.any(Mode.SECONDARY), "{find: 'c'}").awaitFailure();

    assertThat(failed.reason()).isEqualTo(Reason.NO_ELIGIBLE_SERVER);
    assertThat(failed.message()).contains(set.member(0).address());
    assertThat(reached(set, "find")).isEmpty();
  }
}
