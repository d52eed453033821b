package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.any;
import static dev.tailrace.wire.tcp.Outcomes.primary;
import static dev.tailrace.wire.tcp.Outcomes.same;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.wire.tcp.ScriptedServer.Peer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A load balancer, played by one server that is as many services as it says. */
class LoadBalancedTest {

  private static final String OPEN =
      "{ok: 1, cursor: {id: {$numberLong: '5'}, ns: 'db.c', firstBatch: []}}";
  private static final String MORE =
      "{ok: 1, cursor: {id: {$numberLong: '5'}, ns: 'db.c', nextBatch: []}}";
  private static final String LAST =
      "{ok: 1, cursor: {id: {$numberLong: '0'}, ns: 'db.c', nextBatch: []}}";

  private static final String LOGGED_IN =
      """
      {ok: 1, conversationId: 1, done: true, payload: {$binary: {base64: '', subType: '00'}}}
      """;

  private final ScriptedServer server = new ScriptedServer();
  private final Outcomes outcomes = new Outcomes();

  @BeforeEach
  void beServiceOne() {
    becomesService(1);
    server.plays(
        (peer, request) -> {
          String name = request.body().asDocument().getFirstKey();
          peer.reply(request, name.equals("aggregate") ? OPEN : "{ok: 1}");
        });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** From now on connections lead to another service. */
  private void becomesService(int number) {
    server.becomes(
        """
        {ok: 1, helloOk: true, msg: 'isdbgrid', maxWireVersion: 21,
         serviceId: {$oid: "%024x"}}
        """
            .formatted(number));
  }

  private TcpTransport connect() {
    return TcpTransport.connect(server.uri("loadBalanced=true"));
  }

  /** Sends a request and waits for the reply. Returns the connection that it came on. */
  private Peer ask(TcpTransport transport, Request request) throws InterruptedException {
    transport.send(request, outcomes);
    Peer peer = server.awaitCommand(request.commandName()).peer();
    outcomes.awaitReply();
    return peer;
  }

  @Test
  void theGreetingSaysSoAndNobodyChecks() throws InterruptedException {
    try (TcpTransport transport = connect()) {
      transport.send(any(Mode.SECONDARY, "{ping: 1}"), outcomes);

      ServerRef answered = outcomes.awaitReply().server();
      assertThat(answered).isEqualTo(new ServerRef(server.address(), 21, ServerKind.LOAD_BALANCED));
      BsonDocument hello = server.awaitHello();
      assertThat(hello.getFirstKey()).isEqualTo("hello");
      assertThat(hello)
          .containsEntry("loadBalanced", BsonBoolean.TRUE)
          .containsEntry("helloOk", BsonBoolean.TRUE)
          .containsKey("client");
      assertThat(server.awaitCommand("ping").command().getDocument("$readPreference"))
          .isEqualTo(BsonDocument.parse("{mode: 'secondary'}"));
      assertThat(server.connectionCount()).isEqualTo(1);
    }
  }

  @Test
  void aServerThatIsBehindNoneIsRefused() throws InterruptedException {
    server.becomes("{ok: 1, helloOk: true, msg: 'isdbgrid', maxWireVersion: 21}");
    try (TcpTransport transport = connect()) {
      transport.send(primary("{ping: 1}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NOT_SUPPORTED);
      assertThat(failed.message())
          .startsWith(
              server.address()
                  + ": Driver attempted to initialize in load balancing mode, but the server does"
                  + " not support this mode. ");
      server.lastPeer().awaitGone();
    }
  }

  @Test
  void aCursorStaysOnItsConnection() throws InterruptedException {
    try (TcpTransport transport = connect()) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);
      ServerRef cursor = outcomes.awaitReply().server();
      Peer own = server.awaitCommand("aggregate").peer();
      assertThat(cursor.connection()).isPresent();

      Peer other = ask(transport, primary("{ping: 1}"));
      assertThat(other).isNotSameAs(own);
      server.plays((peer, request) -> peer.reply(request, MORE));
      for (int i = 0; i < 2; i++) {
        transport.send(same(cursor, "{getMore: 5}"), outcomes);
        assertThat(outcomes.awaitReply().server()).isEqualTo(cursor);
        assertThat(server.awaitCommand("getMore").peer()).isSameAs(own);
      }
      server.plays((peer, request) -> peer.reply(request, LAST));
      assertThat(ask(transport, same(cursor, "{getMore: 5}"))).isSameAs(own);

      // It is anybody's now: the one that came back last goes first.
      server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
      assertThat(ask(transport, primary("{ping: 1}"))).isSameAs(own);
      transport.send(same(cursor, "{getMore: 5}"), outcomes);
      assertThat(outcomes.awaitFailure().message()).contains("is lost, or in use");
      assertThat(server.connectionCount()).isEqualTo(2);
    }
  }

  /** What nobody asked for is not looked at. */
  @Test
  void aServiceIdWithoutALoadBalancerBindsNothing() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      assertThat(outcomes.awaitReply().server())
          .isEqualTo(new ServerRef(server.address(), 21, ServerKind.MONGOS));
    }
  }

  @Test
  void aCursorThatIsNotOpenNeedsNoConnection() throws InterruptedException {
    server.plays((peer, request) -> peer.reply(request, LAST));
    try (TcpTransport transport = connect()) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      assertThat(outcomes.awaitReply().server().connection()).isEmpty();
      ask(transport, primary("{ping: 1}"));
      assertThat(server.connectionCount()).isEqualTo(1);
    }
  }

  @Test
  void killCursorsGetsThereAlsoAfterAFailedGetMore() throws InterruptedException {
    try (TcpTransport transport = connect()) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);
      ServerRef cursor = outcomes.awaitReply().server();
      Peer own = server.awaitCommand("aggregate").peer();
      server.plays((peer, request) -> peer.reply(request, "{ok: 0, code: 6, errmsg: 'no'}"));
      assertThat(ask(transport, same(cursor, "{getMore: 5}"))).isSameAs(own);

      server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
      assertThat(ask(transport, same(cursor, "{killCursors: 'c', cursors: [5]}"))).isSameAs(own);

      assertThat(ask(transport, primary("{ping: 1}"))).isSameAs(own);
    }
  }

  @Test
  void aLostConnectionIsALostCursor() throws InterruptedException {
    try (TcpTransport transport = connect()) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);
      ServerRef cursor = outcomes.awaitReply().server();
      server.plays((peer, request) -> peer.close());
      transport.send(same(cursor, "{getMore: 5}"), outcomes);
      assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.NETWORK);

      transport.send(same(cursor, "{killCursors: 'c', cursors: [5]}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.server()).isEqualTo(cursor);
      assertThat(server.connectionCount()).isEqualTo(1);
    }
  }

  @Test
  void closingTheTransportClosesTheConnectionsOfCursors() throws InterruptedException {
    Peer own;
    try (TcpTransport transport = connect()) {
      own = ask(transport, primary("{aggregate: 'c'}"));
      assertThat(own.isGone()).isFalse();
    }
    own.awaitGone();
  }

  /** Load balancers specification, "Error handling". */
  @Test
  void anErrorOfOneServiceLeavesTheOthersConnectionsAlone() throws InterruptedException {
    try (TcpTransport transport = connect()) {
      ServerRef one = open(transport);
      Peer onOne = server.lastPeer();
      ServerRef second = open(transport);
      Peer alsoOnOne = server.lastPeer();
      becomesService(2);
      ServerRef two = open(transport);
      Peer onTwo = server.lastPeer();
      exhaust(transport, second);
      exhaust(transport, two);

      server.plays((peer, request) -> peer.close());
      transport.send(same(one, "{getMore: 5}"), outcomes);
      outcomes.awaitFailure();

      onOne.awaitGone();
      alsoOnOne.awaitGone();
      server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
      assertThat(ask(transport, primary("{ping: 1}"))).isSameAs(onTwo);
    }
  }

  private ServerRef open(TcpTransport transport) throws InterruptedException {
    transport.send(primary("{aggregate: 'c'}"), outcomes);
    return outcomes.awaitReply().server();
  }

  private void exhaust(TcpTransport transport, ServerRef cursor) throws InterruptedException {
    server.plays((peer, request) -> peer.reply(request, LAST));
    transport.send(same(cursor, "{getMore: 5}"), outcomes);
    outcomes.awaitReply();
  }

  /** Each time anew, also where the service has lost its connections before. */
  @Test
  void aFailedLoginTakesTheConnectionsOfTheServiceWithIt() throws InterruptedException {
    AtomicBoolean believes = new AtomicBoolean();
    server.plays(
        (peer, request) -> {
          String name = request.body().asDocument().getFirstKey();
          if (name.equals("saslStart")) {
            peer.reply(request, believes.get() ? LOGGED_IN : "{ok: 0, code: 18, errmsg: 'no'}");
          } else if (!name.equals("slow")) {
            peer.reply(request, "{ok: 1}");
          }
        });
    String uri =
        server.uri("loadBalanced=true&authMechanism=PLAIN").replace("://", "://user:password@");
    try (TcpTransport transport = TcpTransport.connect(uri)) {
      for (int i = 0; i < 2; i++) {
        believes.set(true);
        transport.send(primary("{slow: 1}"), outcomes);
        Peer inUse = server.awaitCommand("slow").peer();
        believes.set(false);
        transport.send(primary("{ping: 1}"), outcomes);
        assertThat(outcomes.awaitFailure().reason()).isEqualTo(Reason.NOT_AUTHENTICATED);

        inUse.replyToLast("{ok: 1}");

        outcomes.awaitReply();
        inUse.awaitGone();
      }
    }
  }

  @Test
  void aServiceThatGoesDownTakesItsConnectionsWithIt() throws InterruptedException {
    server.plays((peer, request) -> peer.reply(request, "{ok: 0, code: 91, errmsg: 'down'}"));
    try (TcpTransport transport = connect()) {
      Peer first = ask(transport, primary("{ping: 1}"));
      first.awaitGone();

      server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
      assertThat(ask(transport, primary("{ping: 1}"))).isNotSameAs(first);
    }
  }
}
