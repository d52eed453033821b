package dev.tailrace.fakeserver.storage;

import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/** Documents as bytes, the form in which they are stored and sent. */
public final class RawDocuments {

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  private RawDocuments() {}

  /** The document as bytes; itself if it is that already. */
  public static RawBsonDocument of(BsonDocument document) {
    if (document instanceof RawBsonDocument raw) {
      return raw;
    }
    Buffer buffer = new Buffer();
    CODEC.encode(new BsonBinaryWriter(buffer), document, EncoderContext.builder().build());
    return new RawBsonDocument(buffer.getInternalBuffer(), 0, buffer.getPosition());
  }

  /** The document in bytes of its own, so that it does not hold on to a whole message. */
  public static RawBsonDocument copyOf(RawBsonDocument document) {
    byte[] bytes = new byte[size(document)];
    document.getByteBuffer().get(bytes);
    return new RawBsonDocument(bytes);
  }

  /** The size of a document in bytes. */
  public static int size(RawBsonDocument document) {
    return document.getByteBuffer().remaining();
  }

  /** A buffer that writes text as a whole, where the library's writes each byte on its own. */
  private static final class Buffer extends BasicOutputBuffer {

    /** What most events and documents fit into; much more would be kept with each for nothing. */
    private static final int INITIAL_SIZE = 256;

    Buffer() {
      super(INITIAL_SIZE);
    }

    /** Text that is not plain ASCII is left to the library, with all that may be wrong with it. */
    @Override
    protected int writeCharacters(String text, boolean checkForNull) {
      byte[] bytes = new byte[text.length() + 1];
      for (int i = 0; i < text.length(); i++) {
        char character = text.charAt(i);
        if (character >= 0x80 || character == 0) {
          return super.writeCharacters(text, checkForNull);
        }
        bytes[i] = (byte) character;
      }
      writeBytes(bytes, 0, bytes.length);
      return bytes.length;
    }
  }
}
