package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.any;
import static dev.tailrace.wire.tcp.Outcomes.primary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Outcome.Replied;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.wire.tcp.ScriptedServer.Received;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two members, one primary, and then another. */
class FailoverTest {

  private final ScriptedServer a = new ScriptedServer();
  private final ScriptedServer b = new ScriptedServer();
  private final Outcomes outcomes = new Outcomes();

  @BeforeEach
  void elect() {
    a.becomes(Role.PRIMARY, 1, b);
    b.becomes(Role.SECONDARY, 1, a);
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  @Test
  void thePrimaryDies() throws InterruptedException {
    a.plays((peer, request) -> {});
    try (TcpTransport transport = TcpTransport.connect(a.uri(""))) {
      transport.send(primary("{getMore: 1}"), outcomes);
      a.awaitCommand("getMore");

      a.close();
      b.becomes(Role.PRIMARY, 2, a);

      assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.NETWORK);
      transport.send(primary("{aggregate: 'c'}"), outcomes);
      assertThat(outcomes.awaitReply().server().address()).isEqualTo(b.address());
    }
  }

  @Test
  void aSelectionWaitsForTheElection() throws InterruptedException {
    a.becomes(Role.SECONDARY, 2, b);
    try (TcpTransport transport = TcpTransport.connect(a.uri("heartbeatFrequencyMS=600000"))) {
      transport.send(any(Mode.SECONDARY, "{ping: 1}"), outcomes);
      outcomes.awaitReply();
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      b.becomes(Role.PRIMARY, 3, a); // Streamed: the frequency does not matter.

      assertThat(outcomes.awaitReply().server().address()).isEqualTo(b.address());
    }
  }

  @Test
  void aReplyThatSaysNotPrimaryMovesTheNextRequest() throws InterruptedException {
    String notPrimary = "{ok: 0, code: 10107, errmsg: 'not primary'}";
    a.plays((peer, request) -> peer.reply(request, notPrimary));
    try (TcpTransport transport = TcpTransport.connect(a.uri(""))) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);
      Replied untouched = outcomes.awaitReply();
      assertThat(untouched.reply().asDocument()).isEqualTo(BsonDocument.parse(notPrimary));

      a.becomes(Role.SECONDARY, 2, b);
      b.becomes(Role.PRIMARY, 2, a);

      transport.send(primary("{aggregate: 'c'}"), outcomes);
      assertThat(outcomes.awaitReply().server().address()).isEqualTo(b.address());
    }
  }

  /** The error tells of a time before the hello that made the server primary again. */
  @Test
  void aStaleErrorChangesNothing() throws InterruptedException {
    a.becomes(Role.PRIMARY, 5, b);
    a.plays(
        (peer, request) ->
            peer.reply(
                request,
                BsonDocument.parse("{ok: 0, code: 10107, errmsg: 'not primary'}")
                    .append("topologyVersion", a.hello().getDocument("topologyVersion"))));
    try (TcpTransport transport =
        TcpTransport.connect(
            a.uri("heartbeatFrequencyMS=600000&serverSelectionTimeoutMS=600000"))) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);
      outcomes.awaitReply();
      Received first = a.awaitCommand("aggregate");
      a.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
      // Had the error been believed, only a new hello could help, and the server sends none.
      a.greets(false);

      transport.send(primary("{aggregate: 'c'}"), outcomes);

      assertThat(outcomes.awaitReply().server().address()).isEqualTo(a.address());
      assertThat(a.awaitCommand("aggregate").peer()).isSameAs(first.peer());
    }
  }

  @Test
  void notPrimaryKeepsTheConnectionsAndGoingDownDoesNot() throws InterruptedException {
    a.plays((peer, request) -> peer.reply(request, "{ok: 0, code: 11602, errmsg: 'state'}"));
    try (TcpTransport transport = TcpTransport.connect(a.uri(""))) {
      transport.send(primary("{aggregate: 1}"), outcomes);
      outcomes.awaitReply();
      Received first = a.awaitCommand("aggregate");
      a.becomes(Role.PRIMARY, 2, b);
      a.plays((peer, request) -> peer.reply(request, "{ok: 0, code: 91, errmsg: 'down'}"));

      transport.send(primary("{aggregate: 1}"), outcomes);
      outcomes.awaitReply();
      assertThat(a.awaitCommand("aggregate").peer()).isSameAs(first.peer());

      first.peer().awaitGone();
    }
  }

  @Test
  void oneBrokenConnectionTakesTheIdleOnesWithIt() throws InterruptedException {
    a.plays((peer, request) -> {});
    try (TcpTransport transport = TcpTransport.connect(a.uri(""))) {
      Outcomes other = new Outcomes();
      transport.send(primary("{getMore: 1}"), other);
      Received idle = a.awaitCommand("getMore");
      transport.send(primary("{getMore: 2}"), outcomes);
      Received broken = a.awaitCommand("getMore");
      idle.peer().replyToLast("{ok: 1}");
      other.awaitReply();

      broken.peer().close();

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      idle.peer().awaitGone();
    }
  }

  @Test
  void aMemberThatIsRemovedLosesItsConnections() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(a.uri(""))) {
      transport.send(any(Mode.SECONDARY, "{ping: 1}"), outcomes);
      outcomes.awaitReply();
      Received ping = b.awaitCommand("ping");

      a.becomes(Role.PRIMARY, 2);

      ping.peer().awaitGone();
      b.peers().forEach(FailoverTest::awaitGone);
    }
  }

  private static void awaitGone(ScriptedServer.Peer peer) {
    try {
      peer.awaitGone();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
