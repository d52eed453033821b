package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.wire.compression.OpCompressed;
import dev.tailrace.wire.frame.MessageHeader;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.frame.OpReply;
import dev.tailrace.wire.tcp.ScriptedServer.Received;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import dev.tailrace.wire.tcp.ScriptedServer.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that break off, say what is not the protocol, or say nothing at all. Whatever they do,
 * the transport leaves nothing behind. Isolated, because it counts threads.
 */
@Isolated
class BadServersTest {

  private static final BsonDocument OK = BsonDocument.parse("{ok: 1}");

  private final ScriptedServer server = new ScriptedServer().becomes(Role.PRIMARY, 1);
  private final RecordingListener listener = new RecordingListener();
  private final Outcomes outcomes = new Outcomes();

  @AfterEach
  void stop() throws InterruptedException {
    Leaks.assertNone(server, listener);
    server.close();
  }

  static Stream<Arguments> brokenOff() {
    return Stream.of(
        script("before the reply", (peer, request) -> peer.close()),
        script(
            "within the header",
            (peer, request) -> {
              peer.send(part(OpMsg.encode(1, request.requestId(), 0, OK), 7));
              peer.close();
            }),
        script(
            "within the body",
            (peer, request) -> {
              peer.send(part(OpMsg.encode(1, request.requestId(), 0, OK), 30));
              peer.close();
            }));
  }

  @ParameterizedTest
  @MethodSource("brokenOff")
  void aBrokenConnectionIsANetworkFailure(Script script) throws InterruptedException {
    server.plays(script);
    try (TcpTransport transport = connect("")) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.server())
          .isEqualTo(new ServerRef(server.address(), 21, ServerKind.REPLICA_SET_MEMBER));
      assertThat(failed.message()).contains(server.address());
      assertThat(failed.cause()).isNotNull();

      server.plays((peer, request) -> peer.reply(request, OK));
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
    }
  }

  static Stream<Arguments> notTheProtocol() {
    return Stream.of(
        script(
            "another responseTo",
            (peer, request) -> peer.send(OpMsg.encode(1, request.requestId() + 1, 0, OK))),
        script("no length", (peer, request) -> peer.send(header(15, request))),
        script("too long", (peer, request) -> peer.send(header(48_000_001, request))),
        script("negative length", (peer, request) -> peer.send(header(-1, request))),
        script(
            "another protocol",
            (peer, request) ->
                peer.send(ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII)))),
        script(
            "an opcode of old",
            (peer, request) -> peer.send(OpReply.encode(1, request.requestId(), 0, OK))),
        script(
            "more to come, unasked",
            (peer, request) ->
                peer.send(OpMsg.encode(1, request.requestId(), OpMsg.MORE_TO_COME, OK))),
        script(
            "a wrong checksum",
            (peer, request) -> {
              ByteBuffer reply = OpMsg.encode(1, request.requestId(), OpMsg.CHECKSUM_PRESENT, OK);
              reply.put(30, (byte) (reply.get(30) ^ 1));
              peer.send(reply);
            }),
        script(
            "a body that is no BSON",
            (peer, request) -> {
              ByteBuffer reply = OpMsg.encode(1, request.requestId(), 0, OK);
              reply.put(25, (byte) 0x55); // The type of "ok".
              peer.send(reply);
            }));
  }

  @ParameterizedTest
  @MethodSource("notTheProtocol")
  void whatIsNotTheProtocolClosesTheConnection(Script script) throws InterruptedException {
    server.plays(script);
    try (TcpTransport transport = connect("")) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.BAD_MESSAGE);
      assertThat(failed.server())
          .isEqualTo(new ServerRef(server.address(), 21, ServerKind.REPLICA_SET_MEMBER));
      assertThat(failed.message()).contains(server.address()).contains("bad message at byte");
      Received bad = server.awaitCommand("aggregate");
      bad.peer().awaitGone();

      server.plays((peer, request) -> peer.reply(request, OK));
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
      assertThat(server.awaitCommand("ping").peer()).isNotSameAs(bad.peer());
    }
  }

  static Stream<Arguments> bombs() {
    byte[] zeros = new byte[10_000_000];
    return Stream.of(
        Arguments.of(Named.of("more than it says", compressed(1000, deflated(zeros)))),
        Arguments.of(Named.of("less than it says", compressed(1000, deflated(new byte[10])))),
        Arguments.of(Named.of("more than may be", compressed(Integer.MAX_VALUE, deflated(zeros)))),
        Arguments.of(Named.of("a negative size", compressed(-1, deflated(zeros)))),
        Arguments.of(Named.of("not compressed at all", compressed(1000, new byte[1000]))));
  }

  /** Nothing is taken out of it beyond what its header admits, and what may be. */
  @ParameterizedTest
  @MethodSource("bombs")
  void aBombIsNotBlownUp(byte[] body) throws InterruptedException {
    server.becomes("{ok: 1, maxWireVersion: 21, compression: ['zlib']}");
    server.plays(
        (peer, request) ->
            peer.send(
                ByteBuffer.allocate(MessageHeader.LENGTH + body.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(MessageHeader.LENGTH + body.length)
                    .putInt(1)
                    .putInt(request.requestId())
                    .putInt(OpCompressed.OP_CODE)
                    .put(body)
                    .flip()));
    try (TcpTransport transport = connect("compressors=zlib")) {
      transport.send(primary("{saslStart: 1}"), outcomes); // Is sent as it is.

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.BAD_MESSAGE);
      assertThat(failed.message()).contains(server.address()).contains("bad message at byte");
      server.awaitCommand("saslStart").peer().awaitGone();
    }
  }

  /** The body of an OP_COMPRESSED that says it holds an OP_MSG of that size, by zlib. */
  private static byte[] compressed(int uncompressedSize, byte[] deflated) {
    return ByteBuffer.allocate(2 * Integer.BYTES + 1 + deflated.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(OpMsg.OP_CODE)
        .putInt(uncompressedSize)
        .put((byte) 2)
        .put(deflated)
        .array();
  }

  private static byte[] deflated(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Test
  void aServerThatTakesTooLongIsNotTakenForLost() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = connect("socketTimeoutMS=50")) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.cause()).isInstanceOf(SocketTimeoutException.class);
      server.awaitCommand("aggregate").peer().awaitGone();
      server.plays((peer, request) -> peer.reply(request, OK));
      transport.send(primary("{ping: 1}"), outcomes);
      outcomes.awaitReply();
    }
  }

  /** Which may be for too many connections at once: those that are there stay. */
  @Test
  void aHandshakeThatIsNotAnsweredIsNoNewsOfTheServer() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = connect("connectTimeoutMS=300")) {
      Outcomes waiting = new Outcomes();
      transport.send(primary("{getMore: 1}"), waiting);
      Received getMore = server.awaitCommand("getMore");
      server.greets(false);
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Failed failed = outcomes.awaitFailure();

      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.server()).isEqualTo(new ServerRef(server.address(), 0, ServerKind.UNKNOWN));
      assertThat(failed.cause()).isInstanceOf(SocketTimeoutException.class);
      getMore.peer().replyToLast("{ok: 1}");
      waiting.awaitReply();
    }
  }

  @Test
  void aRefusedHandshakeIsANetworkFailure() throws InterruptedException {
    server.plays((peer, request) -> {});
    try (TcpTransport transport = connect("")) {
      transport.send(primary("{getMore: 1}"), new Outcomes());
      server.awaitCommand("getMore");
      server.awaitHello(); // From now on the monitor listens to its stream.
      server.refusesHandshakes();
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Failed failed = outcomes.awaitFailure();

      assertThat(failed.reason()).isEqualTo(Reason.NETWORK);
      assertThat(failed.message()).contains("handshake refused: no more");
    }
  }

  @Test
  void whatEachServerLastSaidIsTold() throws InterruptedException {
    server.becomes(Role.SECONDARY, 1);
    try (TcpTransport transport = connect("serverSelectionTimeoutMS=0")) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NO_ELIGIBLE_SERVER);
      assertThat(failed.server()).isNull();
      assertThat(failed.message())
          .startsWith("no server for {\"mode\": \"primary\"} in 0 ms")
          .contains(server.address());
    }
  }

  @Test
  void aServerOfAnotherTimeIsRefused() throws InterruptedException {
    server.becomes("{ok: 1, minWireVersion: 0, maxWireVersion: 5}");
    try (TcpTransport transport = connect("")) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NO_ELIGIBLE_SERVER);
      assertThat(failed.message())
          .contains("reports wire version 5")
          .contains("requires at least 6 (MongoDB 3.6)");
    }
  }

  @Test
  void aNameThatCannotBeResolvedIsTold() throws InterruptedException {
    try (TcpTransport transport =
        TcpTransport.builder("mongodb://nowhere.invalid/?serverSelectionTimeoutMS=600")
            .listener(listener)
            .connect()) {
      transport.send(primary("{aggregate: 'c'}"), outcomes);

      Failed failed = outcomes.awaitFailure();
      assertThat(failed.reason()).isEqualTo(Reason.NO_ELIGIBLE_SERVER);
      assertThat(failed.message()).contains("nowhere.invalid:27017 Unknown");
    }
  }

  private TcpTransport connect(String options) {
    return TcpTransport.builder(server.uri(options)).listener(listener).connect();
  }

  private static Arguments script(String name, Script script) {
    return Arguments.of(Named.of(name, script));
  }

  private static ByteBuffer part(ByteBuffer whole, int length) {
    return whole.limit(length);
  }

  private static ByteBuffer header(int messageLength, OpMsg request) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(messageLength)
        .putInt(1)
        .putInt(request.requestId())
        .putInt(OpMsg.OP_CODE)
        .flip();
  }
}
