package dev.tailrace.wire.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.MessageHeader;
import dev.tailrace.wire.frame.OpMsg;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed messages, by every compressor there is, and what strangers may send as such. */
class OpCompressedTest {

  private static final int SIZE_OFFSET = 20;

  static List<Compressor> compressors() {
    return Compressors.all();
  }

  @Test
  void allOfTheProtocolAreHere() {
    assertThat(compressors()).extracting(Compressor::compressorName).isEqualTo(Compressors.NAMES);
    assertThat(compressors()).extracting(Compressor::id).containsExactly(1, 2, 3);
    assertThat(Compressors.named("lzma")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("compressors")
  void whatIsCompressedComesOutAsItWas(Compressor compressor) throws BadMessageException {
    for (int length : new int[] {0, 1, 100, 20_000, 3_000_000}) {
      for (boolean random : new boolean[] {false, true}) {
        ByteBuffer original = OpMsg.encode(7, 3, 0, body(length, random));
        Frame frame = frame(OpCompressed.compress(original, compressor));

        assertThat(OpCompressed.is(frame)).isTrue();
        assertThat(frame.header().requestId()).isEqualTo(7);
        OpCompressed found = OpCompressed.decompress(frame);
        assertThat(found.compressor().id()).isEqualTo(compressor.id());
        assertThat(ByteBuffer.wrap(found.message().bytes())).isEqualTo(original);
        assertThat(Message.decode(found.message()).responseTo()).isEqualTo(3);
      }
    }
  }

  /** What is random gets some bytes longer, and there may be no room for them. */
  @ParameterizedTest
  @MethodSource("compressors")
  void whatWouldBeLongerThanAFrameMayBeStaysAsItIs(Compressor compressor) {
    byte[] bytes = new byte[MessageHeader.MAX_MESSAGE_SIZE_BYTES];
    new Random(1).nextBytes(bytes);
    ByteBuffer message = ByteBuffer.wrap(bytes);

    assertThat(OpCompressed.compress(message, compressor)).isSameAs(message);
    assertThat(message.remaining()).isEqualTo(bytes.length);
  }

  @ParameterizedTest
  @MethodSource("compressors")
  void aSizeThatIsNotTheOneSaidIsRefused(Compressor compressor) throws BadMessageException {
    ByteBuffer message = OpMsg.encode(7, 3, 0, body(20_000, false));
    int right = message.remaining() - MessageHeader.LENGTH;
    for (int wrong : new int[] {0, 1, right - 1, right + 1, 2 * right, 40_000_000}) {
      assertRefused(OpCompressed.compress(message, compressor).putInt(SIZE_OFFSET, wrong));
    }
    for (int impossible : new int[] {-1, Integer.MIN_VALUE, 48_000_000, Integer.MAX_VALUE}) {
      assertThatThrownBy(
              () ->
                  decompress(
                      OpCompressed.compress(message, compressor).putInt(SIZE_OFFSET, impossible)))
          .isInstanceOf(BadMessageException.class)
          .hasMessageContaining("uncompressedSize");
    }
  }

  /** 48 MB of zeros in a few bytes, said to be 100: no more than those 100 are taken out. */
  @ParameterizedTest
  @MethodSource("compressors")
  void aBombIsNotSetOff(Compressor compressor) throws BadMessageException {
    byte[] zeros = new byte[47_999_984];
    byte[] small = compressor.compress(zeros, 0, zeros.length);

    assertRefused(message(compressor.id(), 100, small));
    byte[] cut = Arrays.copyOf(small, 40);
    assertRefused(message(compressor.id(), zeros.length, cut));
  }

  @ParameterizedTest
  @MethodSource("compressors")
  void garbageIsRefused(Compressor compressor) throws BadMessageException {
    Random random = new Random(42);
    for (int i = 0; i < 2000; i++) {
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      decompressOrRefuse(message(compressor.id(), random.nextInt(1000), garbage));
    }
    ByteBuffer sound = OpCompressed.compress(OpMsg.encode(7, 3, 0, body(500, true)), compressor);
    for (int i = 0; i < 2000; i++) {
      ByteBuffer changed =
          ByteBuffer.allocate(sound.limit()).order(ByteOrder.LITTLE_ENDIAN).put(sound).flip();
      sound.rewind();
      int at = OpCompressed.BODY_OFFSET + random.nextInt(sound.limit() - OpCompressed.BODY_OFFSET);
      changed.put(at, (byte) random.nextInt());
      decompressOrRefuse(changed);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 255})
  void aCompressorThatIsNotHereIsNamed(int id) {
    assertThatThrownBy(() -> decompress(message(id, 1, new byte[1])))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("compressorId " + id);
  }

  @Test
  void compressedTwiceIsRefused() {
    Compressor zlib = Compressors.zlib(9);
    ByteBuffer once = OpCompressed.compress(OpMsg.encode(7, 3, 0, body(9, true)), zlib);
    assertThatThrownBy(() -> decompress(OpCompressed.compress(once, zlib)))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("not compressed before");
  }

  @Test
  void aFrameThatEndsTooSoonIsRefused() {
    assertThatThrownBy(
            () -> decompress(header(MessageHeader.LENGTH + 8).putInt(2013).putInt(0).flip()))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("at least 25 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "isMaster", "saslStart", "saslContinue", "createUser"})
  void whatCarriesSecretsIsNeverCompressed(String command) {
    assertThat(OpCompressed.mayCompress(command)).isFalse();
    assertThat(OpCompressed.mayCompress("getMore")).isTrue();
  }

  private static BsonDocument body(int length, boolean random) {
    byte[] bytes = new byte[length];
    if (random) {
      new Random(length).nextBytes(bytes);
    }
    return new BsonDocument("bytes", new BsonBinary(bytes)).append("$db", new BsonString("d"));
  }

  private static void assertRefused(ByteBuffer compressed) {
    assertThatThrownBy(() -> decompress(compressed)).isInstanceOf(BadMessageException.class);
  }

  /** Chance may make something sound; what comes out then is as long as it says. */
  private static void decompressOrRefuse(ByteBuffer compressed) {
    int size = compressed.getInt(SIZE_OFFSET);
    try {
      assertThat(decompress(compressed).message().bytes()).hasSize(MessageHeader.LENGTH + size);
    } catch (BadMessageException refused) {
      assertThat(refused.expected()).isNotEmpty();
    }
  }

  private static ByteBuffer message(int compressorId, int size, byte[] body) {
    return header(OpCompressed.BODY_OFFSET + body.length)
        .putInt(OpMsg.OP_CODE)
        .putInt(size)
        .put((byte) compressorId)
        .put(body)
        .flip();
  }

  private static ByteBuffer header(int length) {
    return ByteBuffer.allocate(length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(length)
        .putInt(1)
        .putInt(0)
        .putInt(OpCompressed.OP_CODE);
  }

  private static OpCompressed decompress(ByteBuffer compressed) throws BadMessageException {
    return OpCompressed.decompress(frame(compressed));
  }

  private static Frame frame(ByteBuffer bytes) throws BadMessageException {
    FrameReader reader = new FrameReader();
    reader.feed(bytes.duplicate());
    return reader.poll().orElseThrow();
  }
}
