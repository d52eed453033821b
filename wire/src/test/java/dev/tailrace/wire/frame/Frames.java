package dev.tailrace.wire.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Frames made by hand, also wrong ones. */
final class Frames {

  private Frames() {}

  /** The one frame that {@code bytes} are. */
  static Frame of(ByteBuffer bytes) throws BadMessageException {
    FrameReader reader = new FrameReader();
    reader.feed(bytes);
    return reader.poll().orElseThrow();
  }

  /** A frame with a right header and {@code payload}, in hex, behind it; spaces are ignored. */
  static Frame of(int opCode, String payload) throws BadMessageException {
    byte[] bytes = HexFormat.of().parseHex(payload.replace(" ", ""));
    int requestId = 1;
    int responseTo = 2;
    return of(
        ByteBuffer.allocate(MessageHeader.LENGTH + bytes.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MessageHeader.LENGTH + bytes.length)
            .putInt(requestId)
            .putInt(responseTo)
            .putInt(opCode)
            .put(bytes)
            .flip());
  }

  /** What remains of {@code buffer}, which stays as it is. */
  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
