package dev.tailrace.conformance.unified.entity;

import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import dev.tailrace.conformance.unified.match.Matcher;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** What an operation has brought. */
public sealed interface Result {

  /** Asserts that this is what was expected. */
  void match(Matcher matcher, BsonValue expected);

  /** What is kept when the test gives the result a name. */
  Object toEntity();

  /** Nothing. */
  static Result nothing() {
    return new Value(null, false);
  }

  /** A value that is compared as it is. */
  static Result value(BsonValue value) {
    return new Value(value, false);
  }

  /** A document that may have more fields than expected; null where there was none. */
  static Result document(@Nullable BsonDocument document) {
    return new Value(document == null ? BsonNull.VALUE : document, true);
  }

  /** Documents that each may have more fields than expected. */
  static Result documents(List<BsonDocument> documents) {
    return new Documents(documents);
  }

  /** A new entity. */
  static Result entity(Entity entity) {
    return new Made(entity);
  }

  /**
   * One value.
   *
   * @param value the value; null where the operation has no result
   * @param root whether it is a root-level document
   */
  record Value(@Nullable BsonValue value, boolean root) implements Result {
    @Override
    public void match(Matcher matcher, BsonValue expected) {
      if (root) {
        matcher.matchRoot("result", expected, value);
      } else {
        matcher.match("result", expected, value);
      }
    }

    @Override
    public Object toEntity() {
      if (value == null) {
        throw new UnrunnableTestException("there is no result to be saved");
      }
      return value;
    }
  }

  /** The documents of an iterable, each a root-level one. */
  record Documents(List<BsonDocument> documents) implements Result {
    @Override
    public void match(Matcher matcher, BsonValue expected) {
      if (!(expected instanceof BsonArray array)) {
        matcher.match("result", expected, new BsonArray(documents));
        return;
      }
      for (int i = 0; i < Math.min(array.size(), documents.size()); i++) {
        matcher.matchRoot("result." + i, array.get(i), documents.get(i));
      }
      if (array.size() != documents.size()) {
        throw new AssertionError(
            "result: expected %d documents, found %s".formatted(array.size(), documents));
      }
    }

    @Override
    public Object toEntity() {
      return new BsonArray(documents);
    }
  }

  /** An entity that the operation has made. */
  record Made(Entity entity) implements Result {
    @Override
    public void match(Matcher matcher, BsonValue expected) {
      throw new UnrunnableTestException("a cursor cannot be compared with " + expected);
    }

    @Override
    public Object toEntity() {
      return entity;
    }
  }
}
