package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.StoredCollection;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The {@code hint} of a query. It has to name an index that is there, and else says only to which
 * index {@link IndexBounds} belong.
 */
final class Hints {

  private Hints() {}

  /**
   * Refuses a hint that names no index of the collection.
   *
   * @param collection null for one that does not exist, where no index is missed
   * @param query what the planner is asked
   * @return the index; null if none is named
   * @throws CommandFailure 2, or 9 if it is no hint at all
   */
  static @Nullable Index check(
      @Nullable StoredCollection collection, @Nullable BsonValue hint, PlannedQuery query) {
    if (hint == null || hint.isNull()) {
      return null;
    }
    if (!hint.isString() && !hint.isDocument()) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE, "hint must be either a string or nested object");
    }
    boolean namesNone =
        hint instanceof BsonDocument key && (key.isEmpty() || key.containsKey("$natural"));
    if (collection == null || namesNone) {
      return null;
    }
    Index index = named(collection, hint);
    if (index == null) {
      throw query.unplanned(
          collection.namespace(),
          ErrorCode.BAD_VALUE.code(),
          "hint provided does not correspond to an existing index");
    }
    return index;
  }

  private static @Nullable Index named(StoredCollection collection, BsonValue hint) {
    return hint instanceof BsonString name
        ? collection.index(name.getValue())
        : collection.indexes().stream()
            .filter(index -> BsonOrder.SIMPLE.equal(index.key(), hint))
            .findFirst()
            .orElse(null);
  }
}
