package dev.tailrace.fakeserver.cursor;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.projection.Projection;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** The end of a capped collection, followed as it grows. */
public final class CappedTail {

  private final Matcher matcher;
  private final @Nullable Projection projection;
  private final boolean awaitsData;
  private long toSkip;
  private long toShow;
  private long lastRecordId;
  private boolean atEnd;

  /** Which of the documents that match are shown, over all batches. */
  public static final class Range {

    private final long skip;
    private final long limit;

    /**
     * Some of them.
     *
     * @param skip how many are passed first; null for none
     * @param limit how many are shown then; null or 0 for all
     */
    public Range(@Nullable Long skip, @Nullable Long limit) {
      this.skip = skip == null ? 0 : skip;
      this.limit = limit == null || limit == 0 ? Long.MAX_VALUE : limit;
    }
  }

  /**
   * A tail that begins with the oldest document.
   *
   * @param projection what of each document is shown; null for all of it
   * @param awaitsData whether a getMore waits where there is nothing new
   */
  public CappedTail(
      Matcher matcher, @Nullable Projection projection, boolean awaitsData, Range range) {
    this.matcher = matcher;
    this.projection = projection;
    this.awaitsData = awaitsData;
    this.toSkip = range.skip;
    this.toShow = range.limit;
  }

  /** Whether a getMore waits where there is nothing new. */
  public boolean awaitsData() {
    return awaitsData;
  }

  /**
   * What came since the last time, at most so many documents.
   *
   * @throws CommandFailure 136 if the collection has overwritten the document that was read last
   */
  public List<RawBsonDocument> read(StoredCollection collection, long maxDocuments) {
    if (lastRecordId > 0 && collection.document(lastRecordId) == null) {
      String why =
          atEnd
              ? "failure to restore tailable cursor position"
              : "position in capped collection being deleted";
      throw new CommandFailure(
          ErrorCode.CAPPED_POSITION_LOST,
          "CollectionScan died due to %s. Last seen record id: RecordId(%d)"
              .formatted(why, lastRecordId));
    }
    List<RawBsonDocument> batch = new ArrayList<>();
    Iterator<Map.Entry<Long, RawBsonDocument>> records =
        collection.recordsAfter(lastRecordId).iterator();
    while (records.hasNext() && batch.size() < Math.min(maxDocuments, toShow)) {
      Map.Entry<Long, RawBsonDocument> record = records.next();
      lastRecordId = record.getKey();
      if (!matcher.matches(record.getValue())) {
        continue;
      }
      if (toSkip > 0) {
        toSkip--;
      } else {
        batch.add(shown(record.getValue()));
      }
    }
    atEnd = !records.hasNext();
    toShow -= batch.size();
    return batch;
  }

  private RawBsonDocument shown(RawBsonDocument document) {
    BsonDocument projected =
        projection == null ? document : projection.apply(document, matcher.match(document));
    return RawDocuments.of(projected);
  }
}
