package dev.tailrace.fakeserver.cursor;

import dev.tailrace.fakeserver.storage.RawDocuments;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** The results of a query, of which the next one can be looked at without taking it. */
public final class ResultIterator implements Iterator<RawBsonDocument> {

  private final Iterator<? extends BsonDocument> source;
  private @Nullable RawBsonDocument peeked;

  /** The results that {@code source} gives. */
  public ResultIterator(Iterator<? extends BsonDocument> source) {
    this.source = source;
  }

  @Override
  public boolean hasNext() {
    return peeked != null || source.hasNext();
  }

  /** The next result, which stays the next one. */
  public RawBsonDocument peek() {
    RawBsonDocument next = peeked == null ? RawDocuments.of(source.next()) : peeked;
    peeked = next;
    return next;
  }

  @Override
  public RawBsonDocument next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the results are at their end");
    }
    RawBsonDocument next = peek();
    peeked = null;
    return next;
  }
}
