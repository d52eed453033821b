package dev.tailrace.fakeserver.query.match;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** A test of the values at a path: documents match if one of the values passes. */
final class PathPredicate extends Predicate {

  /** What a filter asks of one array. */
  @FunctionalInterface
  interface ArrayTest {
    boolean test(BsonArray array);
  }

  private final PathWalk path;
  private final ValueTest test;
  private final @Nullable BsonValue equality;

  private PathPredicate(PathWalk path, ValueTest test, @Nullable BsonValue equality) {
    this.path = path;
    this.test = test;
    this.equality = equality;
  }

  /** A test of each value, and of an array as well as of its elements. */
  static PathPredicate of(String path, ValueTest test) {
    return new PathPredicate(new PathWalk(path, true), test, null);
  }

  /** A test for equality. */
  static PathPredicate equality(String path, ValueTest test, BsonValue value) {
    return new PathPredicate(new PathWalk(path, true), test, value);
  }

  /** A test of arrays as a whole. */
  static PathPredicate ofArray(String path, ArrayTest test) {
    return new PathPredicate(
        new PathWalk(path, false),
        value -> value instanceof BsonArray array && test.test(array),
        null);
  }

  @Override
  boolean matches(BsonDocument document, Position position) {
    return path.visit(
        document,
        (value, outerIndex) -> {
          if (!test.test(value)) {
            return false;
          }
          position.record(outerIndex);
          return true;
        });
  }

  @Override
  boolean matchesValue(@Nullable BsonValue value, Position position) {
    return test.test(value);
  }

  @Override
  void forEachEquality(BiConsumer<String, BsonValue> equalities) {
    if (equality != null) {
      equalities.accept(path.toString(), equality);
    }
  }

  @Override
  void forEachPath(Consumer<String> paths) {
    paths.accept(path.toString());
  }
}
