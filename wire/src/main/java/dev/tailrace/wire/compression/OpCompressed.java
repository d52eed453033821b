package dev.tailrace.wire.compression;

import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.MessageHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * A message within a message: the header, the opcode and the size of the original (int32 each), the
 * number of the compressor (a byte), and the body of the original, compressed.
 *
 * @param message the original, as if it had come uncompressed
 * @param compressor what it came by
 */
public record OpCompressed(Frame message, Compressor compressor) {

  /** The opcode. */
  public static final int OP_CODE = 2012;

  /** Where the compressed bytes begin. */
  static final int BODY_OFFSET = MessageHeader.LENGTH + 2 * Integer.BYTES + 1;

  private static final int SIZE_OFFSET = MessageHeader.LENGTH + Integer.BYTES;

  /** Where {@code compressorId} lies. */
  public static final int COMPRESSOR_OFFSET = SIZE_OFFSET + Integer.BYTES;

  /** Commands whose messages must stay as they are: handshakes, and whatever carries secrets. */
  private static final Set<String> NEVER_COMPRESSED =
      Set.of(
          "hello",
          "isMaster",
          "ismaster",
          "saslStart",
          "saslContinue",
          "getnonce",
          "authenticate",
          "createUser",
          "updateUser",
          "copydbSaslStart",
          "copydbgetnonce",
          "copydb");

  /** Whether the messages of a command may be compressed. */
  public static boolean mayCompress(String command) {
    return !NEVER_COMPRESSED.contains(command);
  }

  /** Whether this is the opcode of a frame. */
  public static boolean is(Frame frame) {
    return frame.header().opCode() == OP_CODE;
  }

  /**
   * Compresses a message.
   *
   * @param message from position to limit of a buffer with an accessible array; is not changed
   * @return the frame, from position to limit of such a buffer; the message as it is where it is so
   *     long, and so random, that the frame would be longer than any may be
   */
  public static ByteBuffer compress(ByteBuffer message, Compressor compressor) {
    ByteBuffer original = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    int bodyLength = original.remaining() - MessageHeader.LENGTH;
    byte[] body =
        compressor.compress(
            message.array(),
            message.arrayOffset() + message.position() + MessageHeader.LENGTH,
            bodyLength);
    if (body.length > MessageHeader.MAX_MESSAGE_SIZE_BYTES - BODY_OFFSET) {
      return message;
    }
    ByteBuffer frame =
        ByteBuffer.allocate(BODY_OFFSET + body.length).order(ByteOrder.LITTLE_ENDIAN);
    frame
        .putInt(frame.capacity())
        .putInt(original.getInt(4))
        .putInt(original.getInt(8))
        .putInt(OP_CODE)
        .putInt(original.getInt(MessageHeader.OP_CODE_OFFSET))
        .putInt(bodyLength)
        .put((byte) compressor.id())
        .put(body);
    return frame.flip();
  }

  /**
   * Takes the original out of a frame that {@linkplain #is is} one. Memory follows the bytes that
   * come out of it, and what the frame says of their number is held against the protocol's limits
   * before.
   *
   * @throws BadMessageException if the frame is malformed, by a compressor that is not here, or
   *     does not hold what it says
   */
  public static OpCompressed decompress(Frame frame) throws BadMessageException {
    byte[] bytes = frame.bytes();
    if (bytes.length < BODY_OFFSET) {
      throw new BadMessageException(
          "at least " + BODY_OFFSET + " bytes of OP_COMPRESSED",
          bytes.length + " bytes",
          MessageHeader.LENGTH);
    }
    ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int opCode = fields.getInt(MessageHeader.LENGTH);
    if (opCode == OP_CODE) {
      throw new BadMessageException(
          "a message that was not compressed before", "OP_COMPRESSED", MessageHeader.LENGTH);
    }
    int size = fields.getInt(SIZE_OFFSET);
    int maxSize = MessageHeader.MAX_MESSAGE_SIZE_BYTES - MessageHeader.LENGTH;
    if (size < 0 || size > maxSize) {
      throw new BadMessageException(
          "uncompressedSize from 0 to " + maxSize, Integer.toString(size), SIZE_OFFSET);
    }
    int id = bytes[COMPRESSOR_OFFSET] & 0xFF;
    Compressor compressor =
        Compressors.ofId(id)
            .orElseThrow(
                () ->
                    new BadMessageException(
                        "a compressor that is here", "compressorId " + id, COMPRESSOR_OFFSET));
    byte[] body = compressor.decompress(bytes, BODY_OFFSET, bytes.length - BODY_OFFSET, size);
    return new OpCompressed(whole(frame.header(), opCode, body), compressor);
  }

  private static Frame whole(MessageHeader outer, int opCode, byte[] body) {
    MessageHeader header =
        new MessageHeader(
            MessageHeader.LENGTH + body.length, outer.requestId(), outer.responseTo(), opCode);
    byte[] message = new byte[header.messageLength()];
    ByteBuffer.wrap(message)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(header.messageLength())
        .putInt(header.requestId())
        .putInt(header.responseTo())
        .putInt(opCode)
        .put(body);
    return new Frame(header, message);
  }
}
