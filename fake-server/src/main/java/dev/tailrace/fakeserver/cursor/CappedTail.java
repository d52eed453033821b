package dev.tailrace.fakeserver.cursor;

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
  private long lastRecordId;

  /**
   * A tail that begins with the oldest document.
   *
   * @param projection what of each document is shown; null for all of it
   * @param awaitsData whether a getMore waits where there is nothing new
   */
  public CappedTail(Matcher matcher, @Nullable Projection projection, boolean awaitsData) {
    this.matcher = matcher;
    this.projection = projection;
    this.awaitsData = awaitsData;
  }

  /** Whether a getMore waits where there is nothing new. */
  public boolean awaitsData() {
    return awaitsData;
  }

  /** What came since the last time, at most so many documents. */
  public List<RawBsonDocument> read(StoredCollection collection, long maxDocuments) {
    List<RawBsonDocument> batch = new ArrayList<>();
    Iterator<Map.Entry<Long, RawBsonDocument>> records =
        collection.recordsAfter(lastRecordId).iterator();
    while (records.hasNext() && batch.size() < maxDocuments) {
      Map.Entry<Long, RawBsonDocument> record = records.next();
      lastRecordId = record.getKey();
      if (matcher.matches(record.getValue())) {
        batch.add(shown(record.getValue()));
      }
    }
    return batch;
  }

  private RawBsonDocument shown(RawBsonDocument document) {
    BsonDocument projected =
        projection == null ? document : projection.apply(document, matcher.match(document));
    return RawDocuments.of(projected);
  }
}
