package dev.tailrace.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {

  private final FrameReader reader = new FrameReader();

  @Test
  void oneFrameInOneChunk() throws BadMessageException {
    reader.feed(ping(7));

    assertThat(requestIds()).containsExactly(7);
    assertThat(reader.isBetweenFrames()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 100, 1000})
  void threeFramesInChunksOfAnySize(int chunkLength) throws BadMessageException {
    byte[] stream = concat(ping(1), large(2, 300), ping(3));

    for (int i = 0; i < stream.length; i += chunkLength) {
      reader.feed(ByteBuffer.wrap(stream, i, Math.min(chunkLength, stream.length - i)));
    }

    assertThat(requestIds()).containsExactly(1, 2, 3);
  }

  @Test
  void bytesLeftOverBelongToTheNextFrame() throws BadMessageException {
    byte[] stream = concat(ping(1), ping(2));
    int cut = stream.length - 5;

    reader.feed(ByteBuffer.wrap(stream, 0, cut));
    assertThat(requestIds()).containsExactly(1);
    assertThat(reader.isBetweenFrames()).isFalse();

    reader.feed(ByteBuffer.wrap(stream, cut, 5));
    assertThat(requestIds()).containsExactly(2);
  }

  @Test
  void theFrameHasTheBytesThatCame() throws BadMessageException {
    byte[] stream = concat(large(1, 100_000));

    reader.feed(ByteBuffer.wrap(stream));

    assertThat(reader.poll().orElseThrow().bytes()).isEqualTo(stream);
  }

  @Test
  void bytesMayBeReadStraightIntoTheFrame() throws BadMessageException {
    byte[] stream = concat(large(1, 100_000), ping(2));

    ByteBuffer source = ByteBuffer.wrap(stream);
    while (source.hasRemaining()) {
      ByteBuffer room = reader.room();
      int count = Math.min(room.remaining(), source.remaining());
      source.get(room.array(), room.arrayOffset() + room.position(), count);
      reader.received(count);
    }

    assertThat(requestIds()).containsExactly(1, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 15, 48_000_001, Integer.MAX_VALUE})
  void aLengthThatIsNotCredibleEndsTheStream(int messageLength) throws BadMessageException {
    byte[] stream = concat(ping(1), header(messageLength));

    assertThatThrownBy(() -> reader.feed(ByteBuffer.wrap(stream)))
        .isInstanceOf(BadMessageException.class)
        .hasMessage(
            "bad message at byte 0: expected messageLength from 16 to 48000000, found "
                + messageLength);
    assertThat(requestIds()).containsExactly(1);
    assertThatIllegalStateException().isThrownBy(() -> reader.feed(ping(2)));
  }

  @Test
  void aHeaderAloneIsAFrame() throws BadMessageException {
    reader.feed(header(16));

    assertThat(reader.poll()).map(frame -> frame.bytes().length).contains(16);
  }

  @Test
  void aClaimTakesNoMemory() throws BadMessageException {
    reader.feed(header(48_000_000));

    assertThat(reader.room().array().length).isEqualTo(FrameReader.FIRST_TRUST);
  }

  @Test
  void memoryAtMostDoublesWithTheBytesThatCame() throws BadMessageException {
    reader.feed(header(48_000_000));
    byte[] chunk = new byte[FrameReader.FIRST_TRUST];
    int came = MessageHeader.LENGTH;

    while (came < 47_000_000) {
      reader.feed(ByteBuffer.wrap(chunk));
      came += chunk.length;
      assertThat(reader.room().array().length).isLessThanOrEqualTo(2 * came);
    }
  }

  @Test
  void theLargestFrameThatCameIsTrustedFromThenOn() throws BadMessageException {
    int length = concat(large(1, 100_000)).length;
    reader.feed(large(1, 100_000));

    reader.feed(header(48_000_000));

    assertThat(reader.room().array().length).isEqualTo(length);
  }

  @Test
  void moreThanThereIsRoomForCannotHaveBeenReceived() {
    assertThatIllegalArgumentException().isThrownBy(() -> reader.received(17));
    assertThatIllegalArgumentException().isThrownBy(() -> reader.received(-1));
  }

  private List<Integer> requestIds() {
    List<Integer> requestIds = new ArrayList<>();
    for (Optional<Frame> frame = reader.poll(); frame.isPresent(); frame = reader.poll()) {
      requestIds.add(frame.get().header().requestId());
    }
    return requestIds;
  }

  private static ByteBuffer ping(int requestId) {
    return OpMsg.encode(requestId, 0, 0, new BsonDocument("ping", new BsonInt32(1)));
  }

  private static ByteBuffer large(int requestId, int length) {
    return OpMsg.encode(
        requestId, 0, 0, new BsonDocument("blob", new BsonBinary(new byte[length])));
  }

  private static ByteBuffer header(int messageLength) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(messageLength)
        .putInt(9)
        .putInt(0)
        .putInt(OpMsg.OP_CODE)
        .flip();
  }

  private static byte[] concat(ByteBuffer... parts) {
    ByteBuffer whole = ByteBuffer.allocate(200_000);
    for (ByteBuffer part : parts) {
      whole.put(part);
    }
    byte[] bytes = new byte[whole.position()];
    whole.flip().get(bytes);
    return bytes;
  }
}
