package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.sort.SortOrder;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Finds the documents of a collection that match, in the order that is asked for. */
final class Scan {

  private static final String NATURAL = "$natural";

  private Scan() {}

  /**
   * The matching records, lazily.
   *
   * @param collection null for one that does not exist
   * @param sort the sort specification, {@code {$natural: n}} among them; empty for natural order
   */
  static Stream<Map.Entry<Long, RawBsonDocument>> records(
      @Nullable StoredCollection collection,
      Matcher matcher,
      BsonDocument sort,
      QueryContext context) {
    if (collection == null) {
      return Stream.empty();
    }
    Stream<Map.Entry<Long, RawBsonDocument>> matching =
        candidates(collection, matcher, sort, context)
            .filter(record -> matcher.matches(record.getValue()));
    if (sort.isEmpty() || sort.containsKey(NATURAL)) {
      return matching;
    }
    Comparator<BsonDocument> order = SortOrder.parse(sort, context);
    List<Map.Entry<Long, RawBsonDocument>> sorted = new ArrayList<>(matching.toList());
    sorted.sort((a, b) -> order.compare(a.getValue(), b.getValue()));
    return sorted.stream();
  }

  private static Stream<Map.Entry<Long, RawBsonDocument>> candidates(
      StoredCollection collection, Matcher matcher, BsonDocument sort, QueryContext context) {
    Optional<BsonValue> id = matcher.idEquality();
    if (id.isPresent() && isIndexUsable(collection, id.get(), context)) {
      Long recordId = collection.recordIdOf(id.get());
      RawBsonDocument document = recordId == null ? null : collection.document(recordId);
      return recordId == null || document == null
          ? Stream.empty()
          : Stream.of(Map.entry(recordId, document));
    }
    boolean backwards =
        sort.get(NATURAL) instanceof BsonNumber direction && direction.doubleValue() < 0;
    return backwards ? collection.recordsBackwards() : collection.records();
  }

  /** The index compares by bytes: no use where strings are compared in another way. */
  private static boolean isIndexUsable(
      StoredCollection collection, BsonValue id, QueryContext context) {
    boolean isSimple =
        context.order().collation().isSimple() && !collection.options().containsKey("collation");
    boolean isPlain = !id.isNull() && !id.isArray() && !id.isRegularExpression();
    return isPlain && (isSimple || id.isNumber() || id.isObjectId());
  }
}
