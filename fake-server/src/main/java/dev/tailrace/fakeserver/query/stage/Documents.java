package dev.tailrace.fakeserver.query.stage;

import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Fields of nested objects, by paths that do not lead through arrays. */
final class Documents {

  private Documents() {}

  /** The value at a path; null if it is missing. */
  static @Nullable BsonValue get(BsonDocument document, List<String> path) {
    BsonValue value = document;
    for (String part : path) {
      value = value instanceof BsonDocument object ? object.get(part) : null;
    }
    return value;
  }

  /**
   * The document with a value at a path, making objects of what is in the way.
   *
   * @param value the value; null to remove what is there
   */
  static BsonDocument with(BsonDocument document, List<String> path, @Nullable BsonValue value) {
    BsonDocument changed = new BsonDocument();
    changed.putAll(document);
    String first = path.get(0);
    BsonValue inner = value;
    if (path.size() > 1) {
      boolean isObject = document.get(first) instanceof BsonDocument;
      BsonDocument below = isObject ? document.getDocument(first) : new BsonDocument();
      inner = with(below, path.subList(1, path.size()), value);
    }
    if (inner == null) {
      changed.remove(first);
    } else {
      changed.put(first, inner);
    }
    return changed;
  }
}
