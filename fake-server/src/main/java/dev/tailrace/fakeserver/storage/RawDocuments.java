package dev.tailrace.fakeserver.storage;

import org.bson.BsonDocument;
import org.bson.ByteBuf;
import org.bson.RawBsonDocument;

/** Documents as bytes, the form in which they are stored and sent. */
public final class RawDocuments {

  private RawDocuments() {}

  /** The document as bytes; itself if it is that already. */
  public static RawBsonDocument of(BsonDocument document) {
    return document instanceof RawBsonDocument raw
        ? raw
        : new DocumentBuilder().appendAll(document).build();
  }

  /** A copy of the document's bytes, which does not hold on to a whole message. */
  public static byte[] bytes(RawBsonDocument document) {
    ByteBuf buffer = document.getByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** The size of a document in bytes. */
  public static int size(RawBsonDocument document) {
    return document.getByteBuffer().remaining();
  }
}
