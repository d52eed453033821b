package dev.tailrace.fakeserver.query.update;

import com.google.common.base.Splitter;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.match.Matcher;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** What an upsert takes from its filter: the fields that the filter demands to be equal. */
final class UpsertFields {

  private UpsertFields() {}

  /** All equalities, as a document. */
  static BsonDocument all(Matcher filter) {
    BsonDocument document = new BsonDocument();
    equalities(filter).forEach((path, value) -> put(document, path, value));
    return document;
  }

  /** Only the {@code _id}, which the filter must then give as a whole. */
  static BsonDocument idOnly(Matcher filter) {
    BsonDocument document = new BsonDocument();
    filter.forEachEquality(
        (path, value) -> {
          if (path.startsWith("_id.")) {
            throw new CommandFailure(
                ErrorCode.NOT_EXACT_VALUE_FIELD,
                "field at '_id' must be exactly specified, field at sub-path '" + path + "'found");
          }
          if (path.equals("_id") && document.put(path, value) != null) {
            throw matchedTwice(path);
          }
        });
    return document;
  }

  private static Map<String, BsonValue> equalities(Matcher filter) {
    Map<String, BsonValue> equalities = new TreeMap<>();
    filter.forEachEquality(
        (path, value) -> {
          requireNoConflict(equalities, path);
          equalities.put(path, value);
        });
    return equalities;
  }

  private static void requireNoConflict(Map<String, BsonValue> equalities, String path) {
    if (equalities.containsKey(path)) {
      throw matchedTwice(path);
    }
    for (String other : equalities.keySet()) {
      boolean within = path.startsWith(other + ".") || other.startsWith(path + ".");
      if (within) {
        throw new CommandFailure(
            ErrorCode.NOT_SINGLE_VALUE_FIELD,
            "cannot infer query fields to set, both paths '%s' and '%s' are matched"
                .formatted(path, other));
      }
    }
  }

  private static CommandFailure matchedTwice(String path) {
    return new CommandFailure(
        ErrorCode.NOT_SINGLE_VALUE_FIELD,
        "cannot infer query fields to set, path '" + path + "' is matched twice");
  }

  private static void put(BsonDocument document, String path, BsonValue value) {
    List<String> parts = Splitter.on('.').splitToList(path);
    BsonDocument parent = document;
    for (String part : parts.subList(0, parts.size() - 1)) {
      BsonValue child = parent.computeIfAbsent(part, name -> new BsonDocument());
      parent = child.asDocument();
    }
    parent.put(parts.get(parts.size() - 1), value);
  }
}
