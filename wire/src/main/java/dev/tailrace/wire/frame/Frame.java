package dev.tailrace.wire.frame;

/**
 * One whole message, not looked into beyond its header.
 *
 * @param header the header, as read
 * @param bytes the message, header included: exactly {@code messageLength} bytes. Never written
 *     again, since decoded documents are views of it
 */
@SuppressWarnings("ArrayRecordComponent") // A frame owns its bytes; two frames are never compared.
public record Frame(MessageHeader header, byte[] bytes) {

  public Frame {
    if (bytes.length != header.messageLength()) {
      throw new IllegalArgumentException(
          "frame: " + bytes.length + " bytes for messageLength " + header.messageLength());
    }
  }
}
