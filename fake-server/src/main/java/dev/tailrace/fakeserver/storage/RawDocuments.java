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
    BasicOutputBuffer buffer = new BasicOutputBuffer();
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
}
