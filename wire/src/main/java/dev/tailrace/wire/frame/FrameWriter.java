package dev.tailrace.wire.frame;

import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/** Writes the fields of one frame in order, into one buffer that grows. */
final class FrameWriter {

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  private final BasicOutputBuffer out;

  /**
   * Begins a frame with its header; the length is filled in at the end.
   *
   * @param body what will be most of it
   */
  FrameWriter(int requestId, int responseTo, int opCode, BsonDocument body) {
    out = new BasicOutputBuffer(SizeEstimate.ofMessage(body));
    int32(0).int32(requestId).int32(responseTo).int32(opCode);
  }

  FrameWriter int8(int value) {
    out.writeByte(value);
    return this;
  }

  FrameWriter int32(int value) {
    out.writeInt32(value);
    return this;
  }

  FrameWriter int64(long value) {
    out.writeInt64(value);
    return this;
  }

  FrameWriter cstring(String value) {
    out.writeCString(value);
    return this;
  }

  FrameWriter document(BsonDocument document) {
    // The writer is not closed: that would close the buffer beneath it.
    CODEC.encode(new BsonBinaryWriter(out), document, EncoderContext.builder().build());
    return this;
  }

  FrameWriter document(DocumentSlice document) {
    out.writeBytes(document.buffer(), document.offset(), document.length());
    return this;
  }

  int position() {
    return out.getPosition();
  }

  /** Writes over the int32 at {@code position}. */
  void int32At(int position, int value) {
    out.writeInt32(position, value);
  }

  /** Ends the frame. */
  ByteBuffer finish() {
    return finish(out.getPosition());
  }

  /** Ends the frame with the checksum of all that is before it. */
  ByteBuffer finishWithChecksum() {
    int length = out.getPosition() + Integer.BYTES;
    out.writeInt32(0, length);
    int32(checksum(out.getInternalBuffer(), length - Integer.BYTES));
    return finish(length);
  }

  /** The CRC-32C of the first {@code length} bytes. */
  static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private ByteBuffer finish(int length) {
    if (length > MessageHeader.MAX_MESSAGE_SIZE_BYTES) {
      throw new IllegalArgumentException(
          "message of "
              + length
              + " bytes: more than maxMessageSizeBytes "
              + MessageHeader.MAX_MESSAGE_SIZE_BYTES);
    }
    out.writeInt32(0, length);
    return ByteBuffer.wrap(out.getInternalBuffer(), 0, length);
  }
}
