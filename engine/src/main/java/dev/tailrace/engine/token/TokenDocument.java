package dev.tailrace.engine.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bson.BsonBinarySubType;
import org.bson.BsonType;
import org.bson.RawBsonDocument;

/**
 * A token with hexadecimal digits, as bytes. A server makes one for every event, and sends it as it
 * is; text that would be made of the digits only to be written again costs more than all the rest.
 */
final class TokenDocument {

  private static final byte[] DATA = "_data\0".getBytes(US_ASCII);
  private static final byte[] TYPE_BITS = "_typeBits\0".getBytes(US_ASCII);

  /** The length of the whole in front, a zero behind. */
  private static final int FRAME_BYTES = Integer.BYTES + 1;

  private TokenDocument() {}

  /** <code>{_data, _typeBits}</code>, without the second if there are none. */
  static RawBsonDocument of(KeyString keyString) {
    byte[] typeBits = keyString.typeBits();
    int textBytes = keyString.hexLength() + 1;
    int dataBytes = 1 + DATA.length + Integer.BYTES + textBytes;
    int typeBitsBytes = 1 + TYPE_BITS.length + Integer.BYTES + 1 + typeBits.length;
    int size = FRAME_BYTES + dataBytes + (typeBits.length == 0 ? 0 : typeBitsBytes);
    ByteBuffer document = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putInt(size);
    document.put((byte) BsonType.STRING.getValue()).put(DATA).putInt(textBytes);
    keyString.putHex(document.array(), document.position());
    document.position(document.position() + textBytes); // The zero behind the text is there.
    if (typeBits.length > 0) {
      document.put((byte) BsonType.BINARY.getValue()).put(TYPE_BITS).putInt(typeBits.length);
      document.put(BsonBinarySubType.BINARY.getValue()).put(typeBits);
    }
    return new RawBsonDocument(document.array());
  }
}
