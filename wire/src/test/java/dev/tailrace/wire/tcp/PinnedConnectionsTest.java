package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static dev.tailrace.wire.tcp.Outcomes.same;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.TimeLimit;
import dev.tailrace.engine.transport.Transport.Exchange;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedIn;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedOut;
import dev.tailrace.wire.tcp.ScriptedServer.Peer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that a cursor is bound to comes back, once, whatever becomes of the cursor. */
class PinnedConnectionsTest {

  private static final String OPEN =
      "{ok: 1, cursor: {id: {$numberLong: '5'}, ns: 'db.c', firstBatch: []}}";
  private static final String MORE =
      "{ok: 1, cursor: {id: {$numberLong: '5'}, ns: 'db.c', nextBatch: []}}";
  private static final String KILL = "{killCursors: 'c', cursors: [5]}";
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private final ScriptedServer server = new ScriptedServer();
  private final RecordingListener listener = new RecordingListener();
  private final ManualTimers timers = new ManualTimers();
  private final Outcomes outcomes = new Outcomes();
  private final TcpTransport transport =
      TcpTransport.builder(server.uri("loadBalanced=true"))
          .timers(timers)
          .listener(listener)
          .connect();

  @BeforeEach
  void beAService() {
    server.becomes(
        """
        {ok: 1, helloOk: true, msg: 'isdbgrid', maxWireVersion: 21,
         serviceId: {$oid: "000000000000000000000001"}}
        """);
  }

  @AfterEach
  void stop() throws InterruptedException {
    transport.close();
    listener.awaitBalance();
    server.close();
  }

  @Test
  void killCursorsWaitsForTheReplyToAGetMore() throws InterruptedException {
    Outcomes more = new Outcomes();
    ServerRef cursor = open();
    Peer own = sendGetMore(cursor, more);
    transport.send(same(cursor, KILL), outcomes);

    server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
    own.replyToLast(MORE);

    more.awaitReply();
    outcomes.awaitReply();
    assertThat(server.awaitCommand("killCursors").peer()).isSameAs(own);
    assertIsBack(own);
  }

  @Test
  void killCursorsThatDoesNotWaitSoLongGivesItBackBehindTheReply() throws InterruptedException {
    Outcomes more = new Outcomes();
    ServerRef cursor = open();
    Peer own = sendGetMore(cursor, more);
    transport.send(limited(same(cursor, KILL)), outcomes);
    timers.advance(LIMIT);
    assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(own.isGone()).isFalse();

    own.replyToLast(MORE);

    more.awaitReply();
    own.awaitGone(); // As its cursor is open.
    assertThat(listener.pools(CheckedIn.class)).hasSize(1);
  }

  @Test
  void killCursorsWhoseTimeIsOverGivesItBack() throws InterruptedException {
    ServerRef cursor = open();
    Peer own = server.lastPeer();
    Request late = limited(same(cursor, KILL));
    timers.advance(LIMIT);

    transport.send(late, outcomes);

    assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.TIMEOUT);
    assertIsBack(own);
  }

  /** Nobody else has it, so it can be given back when the getMore fails. */
  @Test
  void killCursorsEndsWithTheConnectionOfAGetMore() throws InterruptedException {
    Outcomes more = new Outcomes();
    ServerRef cursor = open();
    Peer own = sendGetMore(cursor, more);
    transport.send(same(cursor, KILL), outcomes);

    own.close();

    assertThat(more.awaitFailure().reason()).isEqualTo(Reason.NETWORK);
    assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.NETWORK);
    listener.awaitPool(CheckedIn.class, 1);
  }

  @Test
  void killCursorsEndsWithAGetMoreThatIsAbandoned() throws InterruptedException {
    ServerRef cursor = open();
    server.plays((peer, request) -> {});
    Exchange getMore = transport.send(same(cursor, "{getMore: 5}"), outcomes);
    Peer own = server.awaitCommand("getMore").peer();

    transport.send(same(cursor, KILL), outcomes);
    getMore.abandon();

    assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.NETWORK);
    own.awaitGone();
    listener.awaitPool(CheckedIn.class, 1);
  }

  @Test
  void closingTheTransportEndsAGetMoreAndWhoeverWaitsForIt() throws InterruptedException {
    Outcomes more = new Outcomes();
    ServerRef cursor = open();
    Peer own = sendGetMore(cursor, more);
    transport.send(same(cursor, KILL), outcomes);

    transport.close();

    assertThat(more.awaitFailure().reason()).isEqualTo(Reason.CLOSED);
    assertThat(outcomes.awaitFailure().reason()).isIn(Reason.CLOSED, Reason.NETWORK);
    own.awaitGone();
  }

  /** What the server says to a killCursors keeps nothing. */
  @Test
  void killCursorsIsTheLastWhateverIsSaidToIt() throws InterruptedException {
    ServerRef cursor = open();
    Peer own = server.lastPeer();
    server.plays((peer, request) -> peer.reply(request, MORE));

    transport.send(same(cursor, KILL), outcomes);

    assertThat(outcomes.awaitReply().server().connection()).isEmpty();
    assertIsBack(own);
  }

  /** Nobody could send a killCursors for it, which is what gives a connection back. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ok: 1, cursor: {id: {$numberLong: '5'}, firstBatch: []}}",
        "{ok: 1, cursor: {id: {$numberLong: '5'}, ns: 'db', firstBatch: []}}",
        "{ok: 1, cursor: {id: {$numberLong: '5'}, ns: 7, firstBatch: []}}",
        "{ok: 1, cursor: {id: 5, ns: 'db.c', firstBatch: []}}",
        "{ok: 1, cursor: {ns: 'db.c', firstBatch: []}}",
        "{ok: 1, cursor: 5}",
        "{ok: 2, cursor: {id: {$numberLong: '5'}, ns: 'db.c', firstBatch: []}}",
      })
  void whatCannotBeKilledKeepsNothing(String reply) throws InterruptedException {
    server.plays((peer, request) -> peer.reply(request, reply));
    transport.send(primary("{aggregate: 'c'}"), outcomes);

    assertThat(outcomes.awaitReply().server().connection()).isEmpty();
    assertIsBack(server.lastPeer());
  }

  /** Here it may be known from before: killCursors has yet to get there. */
  @Test
  void aGetMoreThatNamesNoCursorKeepsItForKillCursors() throws InterruptedException {
    ServerRef cursor = open();
    Peer own = server.lastPeer();
    server.plays(
        (peer, request) ->
            peer.reply(request, "{ok: 1, cursor: {id: {$numberLong: '5'}, nextBatch: []}}"));
    transport.send(same(cursor, "{getMore: 5}"), outcomes);
    assertThat(outcomes.awaitReply().server()).isEqualTo(cursor);
    server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));

    transport.send(same(cursor, KILL), outcomes);

    outcomes.awaitReply();
    assertThat(server.awaitCommand("killCursors").peer()).isSameAs(own);
    assertIsBack(own);
  }

  private ServerRef open() throws InterruptedException {
    server.plays((peer, request) -> peer.reply(request, OPEN));
    transport.send(primary("{aggregate: 'c'}"), outcomes);
    return outcomes.awaitReply().server();
  }

  /** Sends one that the server leaves unanswered. Returns its connection. */
  private Peer sendGetMore(ServerRef cursor, Outcomes more) throws InterruptedException {
    server.plays((peer, request) -> {});
    transport.send(same(cursor, "{getMore: 5}"), more);
    return server.awaitCommand("getMore").peer();
  }

  private Request limited(Request request) {
    TimeLimit limit = new TimeLimit(timers.nanoTime() + LIMIT.toNanos(), OptionalLong.empty());
    return new Request(request.target(), request.database(), request.command(), Optional.of(limit));
  }

  /** It was lent once and came back once, and serves the next request. */
  private void assertIsBack(Peer own) throws InterruptedException {
    assertThat(listener.pools(CheckedOut.class)).hasSize(1);
    assertThat(listener.pools(CheckedIn.class)).hasSize(1);
    server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
    transport.send(primary("{ping: 1}"), outcomes);
    outcomes.awaitReply();
    assertThat(server.awaitCommand("ping").peer()).isSameAs(own);
  }
}
