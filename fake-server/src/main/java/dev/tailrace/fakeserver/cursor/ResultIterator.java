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
  private final boolean looksAhead;
  private final long limit;
  private @Nullable RawBsonDocument peeked;
  private long taken;

  /** The results that {@code source} gives, looking ahead. */
  public ResultIterator(Iterator<? extends BsonDocument> source) {
    this(source, true, Long.MAX_VALUE);
  }

  /**
   * The results that {@code source} gives.
   *
   * @param looksAhead whether a plan like this one knows that the last result was the last
   * @param limit after how many results any plan knows it
   */
  public ResultIterator(Iterator<? extends BsonDocument> source, boolean looksAhead, long limit) {
    this.source = source;
    this.looksAhead = looksAhead;
    this.limit = limit;
  }

  /**
   * Whether the server closes the cursor behind a batch: nothing is left, and it knows. A plan that
   * does not look ahead learns of its end by asking for one result more.
   *
   * @param size the size of the batch
   * @param wanted the size that was asked for
   */
  public boolean isOver(long size, long wanted) {
    return !hasNext() && (looksAhead || size < wanted || taken >= limit);
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
    taken++;
    return next;
  }
}
