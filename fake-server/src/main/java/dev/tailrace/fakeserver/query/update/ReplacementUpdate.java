package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.MatchDetails;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.ElementText;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * An update that puts another document in the place of the old one, which keeps its {@code _id}.
 */
final class ReplacementUpdate extends Update {

  private final BsonDocument replacement;
  private final StorageRules rules;

  ReplacementUpdate(BsonDocument replacement, QueryContext context) {
    this.replacement = withTimestamps(replacement, context);
    this.rules = new StorageRules(context);
  }

  /** Top-level timestamps of zero stand for the current time. */
  private static BsonDocument withTimestamps(BsonDocument document, QueryContext context) {
    BsonTimestamp now = context.clusterTime();
    boolean any =
        document.entrySet().stream()
            .anyMatch(field -> isZeroTimestamp(field.getKey(), field.getValue()));
    if (now == null || !any) {
      return document;
    }
    BsonDocument timed = new BsonDocument();
    document.forEach(
        (name, value) -> timed.append(name, isZeroTimestamp(name, value) ? now : value));
    return timed;
  }

  private static boolean isZeroTimestamp(String name, BsonValue value) {
    return !name.equals("_id")
        && value instanceof BsonTimestamp timestamp
        && timestamp.getValue() == 0;
  }

  @Override
  public Kind kind() {
    return Kind.REPLACEMENT;
  }

  @Override
  public Applied apply(BsonDocument before, MatchDetails details) {
    return replace(before, replacement, false, rules);
  }

  /**
   * Replaces a document, keeping its {@code _id} where the replacement has none.
   *
   * @param fromPipeline whether a pipeline made the replacement
   */
  static Applied replace(
      BsonDocument before, BsonDocument replacement, boolean fromPipeline, StorageRules rules) {
    if (BsonOrder.identical(before, replacement)) {
      return new Applied(before, false, UpdateLog.EMPTY);
    }
    BsonValue oldId = before.get("_id");
    BsonDocument after = new BsonDocument();
    if (oldId != null && !replacement.containsKey("_id")) {
      after.append("_id", oldId);
    }
    after.putAll(replacement);
    rules.check(after, fromPipeline);
    requireSameId(oldId, after);
    return new Applied(withIdFirst(after), true, UpdateLog.EMPTY);
  }

  private static void requireSameId(@Nullable BsonValue oldId, BsonDocument after) {
    BsonValue newId = after.get("_id");
    if (oldId != null && newId != null && !BsonOrder.SIMPLE.equal(oldId, newId)) {
      throw new CommandFailure(
          ErrorCode.IMMUTABLE_FIELD,
          "After applying the update, the (immutable) field '_id' was found to have been altered to "
              + ElementText.field("_id", newId));
    }
  }

  @Override
  public BsonDocument upsert(Matcher filter) {
    BsonDocument start = UpsertFields.idOnly(filter);
    return replace(start, replacement, false, rules).after();
  }
}
