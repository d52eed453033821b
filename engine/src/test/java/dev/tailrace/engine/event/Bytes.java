package dev.tailrace.engine.event;

import dev.tailrace.engine.transport.DocumentSlice;
import java.util.Arrays;
import org.bson.BsonDocument;
import org.bson.ByteBuf;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** Documents as they come in replies: in the middle of more bytes. */
final class Bytes {

  private static final int BEFORE = 11;
  private static final int AFTER = 7;

  private Bytes() {}

  static DocumentSlice slice(String json) {
    return slice(BsonDocument.parse(json));
  }

  static DocumentSlice slice(BsonDocument document) {
    return slice(bytes(document));
  }

  /** The bytes between others that are not zero. */
  static DocumentSlice slice(byte[] document) {
    byte[] buffer = new byte[BEFORE + document.length + AFTER];
    Arrays.fill(buffer, (byte) 0x55);
    System.arraycopy(document, 0, buffer, BEFORE, document.length);
    return new DocumentSlice(buffer, BEFORE, document.length);
  }

  static byte[] bytes(BsonDocument document) {
    ByteBuf buffer = new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
