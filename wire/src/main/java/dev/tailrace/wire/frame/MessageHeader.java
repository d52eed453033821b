package dev.tailrace.wire.frame;

import static dev.tailrace.engine.bytes.LittleEndian.int32;

/**
 * The 16 bytes that begin every message of the wire protocol.
 *
 * @param messageLength length of the whole message in bytes, this header included; within {@link
 *     #LENGTH} and {@link #MAX_MESSAGE_SIZE_BYTES}
 * @param requestId the sender's number for this message
 * @param responseTo the {@code requestId} of the message that this one answers; 0 in a request
 * @param opCode what kind of message follows
 */
public record MessageHeader(int messageLength, int requestId, int responseTo, int opCode) {

  /** The header's own length in bytes. */
  public static final int LENGTH = 16;

  /**
   * The longest message that either side sends or believes, in bytes: {@code maxMessageSizeBytes},
   * the same in every server version.
   */
  public static final int MAX_MESSAGE_SIZE_BYTES = 48_000_000;

  /** Where {@code opCode} lies in the header. */
  public static final int OP_CODE_OFFSET = 12;

  /**
   * Reads the header at the beginning of {@code bytes}, which holds at least {@link #LENGTH}.
   *
   * @throws BadMessageException if {@code messageLength} is out of its bounds
   */
  static MessageHeader read(byte[] bytes) throws BadMessageException {
    int messageLength = int32(bytes, 0);
    if (messageLength < LENGTH || messageLength > MAX_MESSAGE_SIZE_BYTES) {
      throw new BadMessageException(
          "messageLength from " + LENGTH + " to " + MAX_MESSAGE_SIZE_BYTES,
          Integer.toString(messageLength),
          0);
    }
    return new MessageHeader(
        messageLength, int32(bytes, 4), int32(bytes, 8), int32(bytes, OP_CODE_OFFSET));
  }
}
