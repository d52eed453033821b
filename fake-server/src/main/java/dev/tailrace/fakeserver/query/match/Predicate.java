package dev.tailrace.fakeserver.query.match;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A part of a filter: judges documents, or, within {@code $elemMatch} and {@code $pull}, values.
 */
abstract class Predicate {

  /** Whether a document matches; tells the position if an array element makes it match. */
  abstract boolean matches(BsonDocument document, Position position);

  /** Whether a value by itself matches; null if it is missing. */
  abstract boolean matchesValue(@Nullable BsonValue value, Position position);

  /** The same predicate with its constant expressions computed. */
  Predicate optimized() {
    return this;
  }

  /** Reports path and value of each equality that must hold. */
  void forEachEquality(BiConsumer<String, BsonValue> equalities) {}

  /** Reports the paths of the fields that are looked at. */
  void forEachPath(Consumer<String> paths) {}

  /** Always, or never. */
  static Predicate constant(boolean outcome) {
    return new Predicate() {
      @Override
      boolean matches(BsonDocument document, Position position) {
        return outcome;
      }

      @Override
      boolean matchesValue(@Nullable BsonValue value, Position position) {
        return outcome;
      }
    };
  }
}
