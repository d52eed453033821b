package dev.tailrace.fakeserver.query.match;

import java.util.function.Consumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code {a: {$elemMatch: CONDITION}}}: arrays with an element that by itself fulfils the
 * condition, either a filter for objects, or tests for the element.
 */
final class ElementPredicate extends Predicate {

  private final PathWalk path;
  private final Predicate condition;
  private final boolean ofObjects;

  /**
   * A condition on elements.
   *
   * @param ofObjects whether the condition is a filter that elements are matched against as
   *     documents
   */
  ElementPredicate(String path, Predicate condition, boolean ofObjects) {
    this.path = new PathWalk(path, false);
    this.condition = condition;
    this.ofObjects = ofObjects;
  }

  @Override
  boolean matches(BsonDocument document, Position position) {
    return path.visit(
        document,
        (value, outerIndex) -> {
          int index = value instanceof BsonArray array ? firstMatch(array) : -1;
          // The element found counts, not that of an outer array on the way.
          position.record(index);
          return index >= 0;
        });
  }

  @Override
  boolean matchesValue(@Nullable BsonValue value, Position position) {
    return value instanceof BsonArray array && firstMatch(array) >= 0;
  }

  private int firstMatch(BsonArray array) {
    int index = 0;
    for (BsonValue element : array) {
      boolean matches =
          ofObjects ? matchesAsObject(element) : condition.matchesValue(element, Position.IGNORED);
      if (matches) {
        return index;
      }
      index++;
    }
    return -1;
  }

  private boolean matchesAsObject(BsonValue element) {
    if (element instanceof BsonDocument document) {
      return condition.matches(document, Position.IGNORED);
    }
    return element instanceof BsonArray array
        && condition.matches(asDocument(array), Position.IGNORED);
  }

  /** A nested array as an object with the positions for names. */
  private static BsonDocument asDocument(BsonArray array) {
    BsonDocument document = new BsonDocument();
    int index = 0;
    for (BsonValue element : array) {
      document.append(String.valueOf(index), element);
      index++;
    }
    return document;
  }

  @Override
  void forEachPath(Consumer<String> paths) {
    paths.accept(path.toString());
  }
}
