package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The part of an index that a {@code find} is to read: from {@code min}, with it, up to {@code
 * max}, without it, in the order of the index (manual, "cursor.min()").
 */
final class IndexBounds {

  private final Index index;
  private final @Nullable List<BsonValue> min;
  private final @Nullable List<BsonValue> max;

  private IndexBounds(Index index, BsonDocument min, BsonDocument max) {
    this.index = index;
    this.min = min.isEmpty() ? null : List.copyOf(min.values());
    this.max = max.isEmpty() ? null : List.copyOf(max.values());
  }

  /**
   * The bounds that a query has.
   *
   * @param hinted the index of its hint; null if that names none
   * @return null if the query has none
   * @throws CommandFailure 51173, 51174 or 51175 if they are none of that index
   */
  static @Nullable IndexBounds of(
      StoredCollection collection,
      @Nullable Index hinted,
      BsonDocument min,
      BsonDocument max,
      PlannedQuery query) {
    if (min.isEmpty() && max.isEmpty()) {
      return null;
    }
    if (hinted == null) {
      throw query.unplanned(
          collection.namespace(),
          51_173,
          "When using min()/max() a hint of which index to use must be provided");
    }
    if (!isOf(hinted, min) || !isOf(hinted, max)) {
      throw query.unplanned(
          collection.namespace(), 51_174, "The index chosen is not compatible with min/max");
    }
    IndexBounds bounds = new IndexBounds(hinted, min, max);
    if (bounds.min != null && bounds.max != null && bounds.compare(bounds.min, bounds.max) >= 0) {
      throw query.unplanned(
          collection.namespace(),
          51_175,
          "The value provided for min() does not come before the value provided for max() in the"
              + " hinted index");
    }
    return bounds;
  }

  private static boolean isOf(Index index, BsonDocument bound) {
    return bound.isEmpty() || List.copyOf(bound.keySet()).equals(List.copyOf(index.key().keySet()));
  }

  /**
   * The documents that are within, in the order of the index unless they have an order already.
   *
   * @param sorted whether they have
   */
  Stream<RawBsonDocument> within(Stream<RawBsonDocument> documents, boolean sorted) {
    if (sorted) {
      return documents.filter(document -> firstKey(document).isPresent());
    }
    record Entry(List<BsonValue> key, RawBsonDocument document) {}
    return documents
        .flatMap(document -> firstKey(document).map(key -> new Entry(key, document)).stream())
        .sorted(Comparator.comparing(Entry::key, this::compare))
        .map(Entry::document);
  }

  private Optional<List<BsonValue>> firstKey(BsonDocument document) {
    return index.keysOf(document).stream()
        .filter(key -> min == null || compare(key, min) >= 0)
        .filter(key -> max == null || compare(key, max) < 0)
        .min(this::compare);
  }

  private int compare(List<BsonValue> a, List<BsonValue> b) {
    List<BsonValue> directions = new ArrayList<>(index.key().values());
    for (int i = 0; i < directions.size(); i++) {
      int compared = BsonOrder.SIMPLE.compare(a.get(i), b.get(i));
      if (compared != 0) {
        boolean isDescending =
            directions.get(i) instanceof BsonNumber direction && direction.doubleValue() < 0;
        return isDescending ? -compared : compared;
      }
    }
    return 0;
  }
}
