package dev.tailrace.engine.transport;

import static java.util.Objects.checkFromIndexSize;

import org.bson.RawBsonDocument;

/**
 * One BSON document where it lies in a larger buffer. Nothing is copied; the buffer must never be
 * written again.
 *
 * @param buffer holds the document, and maybe more
 * @param offset where the document begins
 * @param length its length in bytes, which is also its own first int32
 */
@SuppressWarnings(
    "ArrayRecordComponent") // A view: two slices are equal if they are the same bytes in place.
public record DocumentSlice(byte[] buffer, int offset, int length) {

  public DocumentSlice {
    checkFromIndexSize(offset, length, buffer.length);
  }

  /** The same bytes as a lazy BSON document. */
  public RawBsonDocument asDocument() {
    return new RawBsonDocument(buffer, offset, length);
  }
}
