package dev.tailrace.fakeserver.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.frame.OpQuery;
import dev.tailrace.wire.frame.OpReply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpHostTest {

  private static final int PATIENCE_MILLIS = 20_000;
  private static final BsonDocument PING = BsonDocument.parse("{ping: 1, $db: 'admin'}");

  private static Socket connect(FakeReplicaSet set) throws IOException {
    String[] address = set.member(0).address().split(":", -1);
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(address[0], Integer.parseInt(address[1])));
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static void send(Socket socket, ByteBuffer frame) throws IOException {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    socket.getOutputStream().write(bytes);
  }

  private static Message receive(Socket socket) throws Exception {
    FrameReader reader = new FrameReader();
    byte[] chunk = new byte[4096];
    while (true) {
      Optional<Frame> frame = reader.poll();
      if (frame.isPresent()) {
        return Message.decode(frame.get());
      }
      int count = socket.getInputStream().read(chunk);
      if (count < 0) {
        throw new IOException("closed");
      }
      reader.feed(ByteBuffer.wrap(chunk, 0, count));
    }
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Stream<Arguments> malformed() {
    ByteBuffer good = OpMsg.encode(1, 0, 0, PING);
    byte[] whole = new byte[good.remaining()];
    good.get(whole);
    byte[] unknownOpcode = whole.clone();
    unknownOpcode[12] = 99;
    byte[] badFlags = whole.clone();
    badFlags[16] = 0x40;
    byte[] badSection = whole.clone();
    badSection[20] = 7;
    byte[] badDocument = whole.clone();
    badDocument[25] = 0x55;
    byte[] wrongChecksum = new byte[whole.length + 4];
    System.arraycopy(whole, 0, wrongChecksum, 0, whole.length);
    wrongChecksum[0] = (byte) (wrongChecksum[0] + 4);
    wrongChecksum[16] = 1;
    return Stream.of(
        Arguments.of("short length", little(16).putInt(5).array()),
        Arguments.of("negative length", little(16).putInt(-1).array()),
        Arguments.of("huge length", little(16).putInt(Integer.MAX_VALUE).array()),
        Arguments.of("unknown opcode", unknownOpcode),
        Arguments.of("unknown required flag", badFlags),
        Arguments.of("unknown section", badSection),
        Arguments.of("bad document", badDocument),
        Arguments.of("wrong checksum", wrongChecksum));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_534, 70_000})
  void portsThatDoNotExistAreRefused(int firstPort) {
    FakeReplicaSet.Builder builder = FakeReplicaSet.builder().members(3).firstPort(firstPort);

    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("firstPort: expected 0 to 65533 for 3 members, found " + firstPort);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void whatIsNoMessageClosesItsConnectionAndNoOther(String what, byte[] bytes) throws Exception {
    try (FakeReplicaSet set = FakeReplicaSet.start(1);
        Socket bad = connect(set);
        Socket good = connect(set)) {
      bad.getOutputStream().write(bytes);
      assertThat(bad.getInputStream().read()).isEqualTo(-1);
      send(good, OpMsg.encode(1, 0, 0, PING));
      assertThat(receive(good).responseTo()).isEqualTo(1);
    }
  }

  @Test
  void answersAMessageThatComesByteByByte() throws Exception {
    try (FakeReplicaSet set = FakeReplicaSet.start(1);
        Socket socket = connect(set)) {
      ByteBuffer frame = OpMsg.encode(5, 0, OpMsg.CHECKSUM_PRESENT, PING);
      while (frame.hasRemaining()) {
        socket.getOutputStream().write(frame.get());
        socket.getOutputStream().flush();
      }
      assertThat(receive(socket).responseTo()).isEqualTo(5);
    }
  }

  @Test
  void answersTheLegacyHelloInKind() throws Exception {
    try (FakeReplicaSet set = FakeReplicaSet.start(1);
        Socket socket = connect(set)) {
      send(socket, OpQuery.encode(3, "admin", BsonDocument.parse("{isMaster: 1, helloOk: true}")));
      OpReply reply = (OpReply) receive(socket);
      assertThat(reply.responseTo()).isEqualTo(3);
      BsonDocument hello = reply.document().asDocument();
      assertThat(hello.getFirstKey()).isEqualTo("helloOk");
      assertThat(hello.getArray("hosts").get(0).asString().getValue())
          .isEqualTo(set.member(0).address());
    }
  }

  @Test
  void aClientThatHangsUpTakesItsWaitingGetMoreAlong() throws Exception {
    try (FakeReplicaSet set = FakeReplicaSet.start(1)) {
      try (Socket socket = connect(set)) {
        send(
            socket,
            OpMsg.encode(
                1,
                0,
                0,
                BsonDocument.parse(
                    "{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, $db: 'd'}")));
        BsonDocument cursor = ((OpMsg) receive(socket)).body().asDocument().getDocument("cursor");
        send(
            socket,
            OpMsg.encode(
                2,
                0,
                0,
                new BsonDocument("getMore", cursor.get("id"))
                    .append("collection", new BsonString("c"))
                    .append("maxTimeMS", new BsonInt32(PATIENCE_MILLIS))
                    .append("$db", new BsonString("d"))));
        assertThat(set.awaitWatchers(1, Duration.ofSeconds(20))).isTrue();
      }
      assertThat(set.awaitCursors(0, Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void nothingIsLeftAfterClose() throws Exception {
    List<String> addresses = new ArrayList<>();
    try (FakeReplicaSet set = FakeReplicaSet.start(3)) {
      set.members().forEach(member -> addresses.add(member.address()));
    }
    for (String address : addresses) {
      String[] parts = address.split(":", -1);
      try (ServerSocket free = new ServerSocket()) {
        free.setReuseAddress(true);
        free.bind(new InetSocketAddress(parts[0], Integer.parseInt(parts[1])));
      }
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("tailrace-fake-set " + addresses.get(0)));
  }
}
