package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.any;
import static dev.tailrace.wire.tcp.Outcomes.primary;
import static dev.tailrace.wire.tcp.Outcomes.same;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Outcome.Replied;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.wire.frame.MessageHeader;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.tcp.ScriptedServer.Received;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Good conversations: what goes out, what comes back, and over which connection. */
class TcpTransportTest {

  private final ScriptedServer server = new ScriptedServer().becomes(Role.PRIMARY, 1);
  private final Outcomes outcomes = new Outcomes();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aRequestGetsItsReply() throws InterruptedException {
    server.plays((peer, request) -> peer.reply(request, "{cursor: {id: 7}, ok: 1}"));
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      transport.send(primary("{aggregate: 'c', lsid: {id: 1}}"), outcomes);

      Replied replied = outcomes.awaitReply();
      assertThat(replied.reply().asDocument())
          .isEqualTo(BsonDocument.parse("{cursor: {id: 7}, ok: 1}"));
      assertThat(replied.server())
          .isEqualTo(new ServerRef(server.address(), 21, ServerKind.REPLICA_SET_MEMBER));
      assertThat(server.awaitCommand("aggregate").command())
          .isEqualTo(BsonDocument.parse("{aggregate: 'c', lsid: {id: 1}, $db: 'db'}"));
    }
  }

  /** One reply is one buffer: the slice lies in the frame, right behind its header. */
  @Test
  void theReplyIsNotCopied() throws InterruptedException {
    BsonDocument large =
        BsonDocument.parse("{ok: 1}").append("b", new BsonBinary(new byte[700_000]));
    server.plays((peer, request) -> peer.reply(request, large));
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Replied replied = outcomes.awaitReply();
      int beforeBody = MessageHeader.LENGTH + Integer.BYTES + 1;
      assertThat(replied.reply().offset()).isEqualTo(beforeBody);
      assertThat(replied.reply().buffer()).hasSize(beforeBody + replied.reply().length());
      assertThat(replied.reply().asDocument()).isEqualTo(large);
    }
  }

  @Test
  void everyConnectionBeginsWithTheHandshake() throws InterruptedException {
    try (TcpTransport transport =
        TcpTransport.builder(server.uri("appName=my%20app"))
            .driverInfo(new DriverInfo("cdc", "1.0"))
            .connect()) {
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();

      for (int connection = 0; connection < 2; connection++) { // The monitor's and ours.
        BsonDocument handshake = server.awaitHandshake();
        assertThat(handshake.keySet()).containsExactly("isMaster", "helloOk", "client");
        BsonDocument client = handshake.getDocument("client");
        assertThat(client.getDocument("application").get("name"))
            .isEqualTo(new BsonString("my app"));
        assertThat(client.getDocument("driver").getString("name").getValue())
            .isEqualTo("tailrace|cdc");
        assertThat(client.getDocument("driver").getString("version").getValue()).endsWith("|1.0");
        assertThat(client.getDocument("os").containsKey("type")).isTrue();
        assertThat(new RawBsonDocument(client, new BsonDocumentCodec()).getByteBuffer().remaining())
            .isLessThanOrEqualTo(512);
      }
    }
  }

  @Test
  void aConnectionIsUsedAgain() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      for (int i = 0; i < 5; i++) {
        transport.send(primary("{ping: 1}"), outcomes);
        outcomes.awaitReply();
      }

      Received first = server.awaitCommand("ping");
      for (int i = 1; i < 5; i++) {
        assertThat(server.awaitCommand("ping").peer()).isSameAs(first.peer());
      }
    }
  }

  /** So that those which a burst left behind stay idle. */
  @Test
  void theConnectionThatWasUsedLastIsUsedFirst() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      transport.send(primary("{getMore: 1}"), outcomes);
      Received first = server.awaitCommand("getMore");
      transport.send(primary("{getMore: 2}"), outcomes);
      Received second = server.awaitCommand("getMore");
      for (Received received : new Received[] {first, second}) {
        received.peer().replyToLast("{ok: 1}");
        outcomes.awaitReply();
      }

      transport.send(primary("{ping: 1}"), outcomes);

      assertThat(server.awaitCommand("ping").peer()).isSameAs(second.peer());
    }
  }

  @Test
  void aWaitingGetMoreHoldsUpNothing() throws InterruptedException {
    server.plays(
        (peer, request) -> {
          if (!request.body().asDocument().getFirstKey().equals("getMore")) {
            peer.reply(request, "{ok: 1}");
          }
        });
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      Outcomes waiting = new Outcomes();
      transport.send(primary("{getMore: 1}"), waiting);
      Received getMore = server.awaitCommand("getMore");

      transport.send(primary("{ping: 1}"), outcomes);

      outcomes.awaitReply();
      assertThat(server.awaitCommand("ping").peer()).isNotSameAs(getMore.peer());
      assertThat(waiting.isEmpty()).isTrue();
    }
  }

  @Test
  void theNewestClusterTimeIsToldOn() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      String older = "{clusterTime: {$timestamp: {t: 5, i: 9}}, signature: {keyId: 1}}";
      String newer = "{clusterTime: {$timestamp: {t: 6, i: 1}}, signature: {keyId: 2}}";
      for (String clusterTime : new String[] {older, newer, older}) {
        server.plays(
            (peer, request) -> peer.reply(request, "{ok: 1, $clusterTime: " + clusterTime + "}"));
        transport.send(primary("{ping: 1}"), outcomes);
        outcomes.awaitReply();
      }
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();

      assertThat(server.awaitCommand("ping").command().containsKey("$clusterTime")).isFalse();
      for (String expected : new String[] {older, newer, newer}) {
        assertThat(server.awaitCommand("ping").command().get("$clusterTime"))
            .isEqualTo(BsonDocument.parse(expected));
      }
    }
  }

  @Test
  void theClientsCommandIsNotChanged() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      BsonDocument command = BsonDocument.parse("{ping: 1}");
      transport.send(new Request(primary("{ping: 1}").target(), "db", command), outcomes);
      outcomes.awaitReply();

      assertThat(command).isEqualTo(BsonDocument.parse("{ping: 1}"));
    }
  }

  @Test
  void aReplyMayHaveAChecksum() throws InterruptedException {
    server.plays(
        (peer, request) ->
            peer.send(
                OpMsg.encode(
                    peer.nextRequestId(),
                    request.requestId(),
                    OpMsg.CHECKSUM_PRESENT,
                    BsonDocument.parse("{ok: 1, summed: true}"))));
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      transport.send(primary("{ping: 1}"), outcomes);

      assertThat(outcomes.awaitReply().reply().asDocument().getBoolean("summed").getValue())
          .isTrue();
    }
  }

  @Test
  void theSameServerAndNoOther() throws InterruptedException {
    try (ScriptedServer other = new ScriptedServer()) {
      server.becomes(Role.PRIMARY, 1, other);
      other.becomes(Role.SECONDARY, 1, server);
      other.plays((peer, request) -> peer.reply(request, "{ok: 1, me: 'other'}"));
      try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
        transport.send(any(Mode.SECONDARY, "{aggregate: 'c'}"), outcomes);
        ServerRef secondary = outcomes.awaitReply().server();
        assertThat(secondary.address()).isEqualTo(other.address());
        assertThat(other.awaitCommand("aggregate").command().get("$readPreference"))
            .isEqualTo(BsonDocument.parse("{mode: 'secondary'}"));

        transport.send(same(secondary, "{getMore: 1}"), outcomes);

        assertThat(outcomes.awaitReply().server()).isEqualTo(secondary);
        assertThat(other.awaitCommand("getMore").command().containsKey("$readPreference"))
            .isFalse();
      }
    }
  }

  @Test
  void aServerThatIsNoMemberIsNotReached() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      ServerRef stranger = new ServerRef("127.0.0.1:1", 21, ServerKind.UNKNOWN);

      transport.send(same(stranger, "{getMore: 1}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.server()).isEqualTo(stranger);
      assertThat(failed.message()).contains("no longer part of the deployment");
    }
  }

  @Test
  void aMemberAskedForDirectlyAnswersWhateverItsState() throws InterruptedException {
    server.becomes(Role.SECONDARY, 1);
    try (TcpTransport transport = TcpTransport.connect(server.uri("directConnection=true"))) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      outcomes.awaitReply();
      assertThat(server.awaitCommand("aggregate").command().get("$readPreference"))
          .isEqualTo(BsonDocument.parse("{mode: 'primaryPreferred'}"));
    }
  }

  /** Its refusal of change streams (40573) is the user's to see. */
  @Test
  void aStandaloneIsUsedAsItIs() throws InterruptedException {
    server.becomes("{ok: 1, isWritablePrimary: true, maxWireVersion: 21}");
    server.plays((peer, request) -> peer.reply(request, "{ok: 0, code: 40573}"));
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      transport.send(any(Mode.SECONDARY, "{aggregate: 'c'}"), outcomes);

      assertThat(outcomes.awaitReply().reply().asDocument().getInt32("code").getValue())
          .isEqualTo(40573);
      assertThat(server.awaitCommand("aggregate").command().containsKey("$readPreference"))
          .isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          fields of the hello                           | kind
          isWritablePrimary: true                       | STANDALONE
          isWritablePrimary: true, msg: 'isdbgrid'      | MONGOS
          isWritablePrimary: true, setName: 'rs'        | REPLICA_SET_MEMBER
          secondary: true, setName: 'rs', hidden: true  | REPLICA_SET_MEMBER
          isreplicaset: true                            | REPLICA_SET_MEMBER
          """)
  void theServersKindIsToldByItsHandshake(String fields, ServerKind kind)
      throws InterruptedException {
    server.becomes("{ok: 1, maxWireVersion: 21, %s}".formatted(fields));
    try (TcpTransport transport = TcpTransport.connect(server.uri("directConnection=true"))) {
      ServerRef direct = new ServerRef(server.address(), 21, ServerKind.UNKNOWN);
      transport.send(same(direct, "{ping: 1}"), outcomes);

      assertThat(outcomes.awaitReply().server().kind()).isEqualTo(kind);
    }
  }

  @Test
  void aRequestThatHasNoFormOnTheWireFails() throws InterruptedException {
    try (TcpTransport transport = TcpTransport.connect(server.uri(""))) {
      BsonDocument command =
          new BsonDocument(
              "aggregate", new BsonBinary(new byte[MessageHeader.MAX_MESSAGE_SIZE_BYTES]));
      transport.send(new Request(primary("{a: 1}").target(), "db", command), outcomes);

      assertThat(outcomes.awaitFailure().message())
          .startsWith("the request cannot be sent")
          .contains("maxMessageSizeBytes");
    }
  }
}
