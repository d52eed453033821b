package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Which plans know that their last result was the last. A scan does not: its cursor outlives a
 * batch that is exactly full. What looks a document up by its {@code _id} does, and so does what
 * sorts, since it has all of its results together.
 */
final class PlanEnds {

  private PlanEnds() {}

  /** Whether the plan of a {@code find} knows its end. */
  static boolean isForeseen(BsonDocument find, @Nullable StoredCollection collection) {
    BsonDocument sort = find.get("sort") instanceof BsonDocument given ? given : new BsonDocument();
    return isById(find) || (collection != null && sorts(sort, collection));
  }

  /** Whether documents have to be sorted, because no index has them in that order. */
  static boolean sorts(BsonDocument sort, StoredCollection collection) {
    return !sort.isEmpty()
        && !sort.containsKey("$natural")
        && collection.indexes().stream().map(Index::key).noneMatch(key -> isPrefix(sort, key));
  }

  private static boolean isPrefix(BsonDocument sort, BsonDocument key) {
    List<Map.Entry<String, BsonValue>> parts = List.copyOf(key.entrySet());
    if (parts.size() < sort.size()) {
      return false;
    }
    Iterator<Map.Entry<String, BsonValue>> part = parts.iterator();
    double way = 0;
    for (Map.Entry<String, BsonValue> wanted : sort.entrySet()) {
      Map.Entry<String, BsonValue> given = part.next();
      if (!given.getKey().equals(wanted.getKey())
          || !(given.getValue() instanceof BsonNumber held)
          || !(wanted.getValue() instanceof BsonNumber asked)) {
        return false;
      }
      double same = Math.signum(held.doubleValue() * asked.doubleValue());
      if (way != 0 && way != same) {
        return false;
      }
      way = same;
    }
    return true;
  }

  private static boolean isById(BsonDocument find) {
    return find.get("filter") instanceof BsonDocument filter
        && filter.size() == 1
        && filter.containsKey("_id")
        && !isOperator(filter.get("_id"))
        && !find.containsKey("skip")
        && !find.containsKey("hint");
  }

  private static boolean isOperator(@Nullable BsonValue value) {
    return value == null
        || value.isRegularExpression()
        || (value instanceof BsonDocument document
            && !document.isEmpty()
            && document.getFirstKey().startsWith("$"));
  }
}
