package dev.tailrace.fakeserver.storage;

import org.bson.BsonDocument;
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
