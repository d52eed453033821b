package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.storage.StoredCollection;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The {@code hint} of a query. It changes nothing here, but has to name an index that is there. */
final class Hints {

  private Hints() {}

  /**
   * Refuses a hint that names no index of the collection.
   *
   * @param collection null for one that does not exist, where no index is missed
   * @param query what the planner is asked
   * @throws CommandFailure 2, or 9 if it is no hint at all
   */
  static void check(
      @Nullable StoredCollection collection, @Nullable BsonValue hint, PlannedQuery query) {
    if (hint == null || hint.isNull()) {
      return;
    }
    if (!hint.isString() && !hint.isDocument()) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE, "hint must be either a string or nested object");
    }
    if (collection != null && !isMet(collection, hint)) {
      throw query.refused(
          collection.namespace(),
          "planner returned error :: caused by :: hint provided does not correspond to an existing"
              + " index");
    }
  }

  private static boolean isMet(StoredCollection collection, BsonValue hint) {
    if (hint instanceof BsonString name) {
      return collection.index(name.getValue()) != null;
    }
    BsonDocument key = hint.asDocument();
    return key.isEmpty()
        || key.containsKey("$natural")
        || collection.indexes().stream()
            .anyMatch(index -> BsonOrder.SIMPLE.equal(index.key(), key));
  }
}
