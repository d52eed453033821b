package dev.tailrace.fakeserver.query.projection;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.FieldPath;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The values of a field that the command {@code distinct} returns: of an array its elements, each
 * value once, in their order. Immutable and thread-safe.
 */
public final class DistinctValues {

  private final List<String> path;
  private final BsonOrder order;

  private DistinctValues(List<String> path, BsonOrder order) {
    this.path = path;
    this.order = order;
  }

  /**
   * Parses the dotted path of a field.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static DistinctValues parse(String field, QueryContext context) {
    return new DistinctValues(FieldPath.parse(field, context).parts(), context.order());
  }

  /** The values in all documents together. */
  public BsonArray of(Iterable<BsonDocument> documents) {
    TreeSet<BsonValue> values = new TreeSet<>(order);
    documents.forEach(document -> add(document, 0, values));
    return new BsonArray(List.copyOf(values));
  }

  private void add(BsonDocument document, int depth, Set<BsonValue> values) {
    addValue(document.get(path.get(depth)), depth, values);
  }

  private void addValue(@Nullable BsonValue value, int depth, Set<BsonValue> values) {
    if (depth == path.size() - 1) {
      if (value instanceof BsonArray array) {
        values.addAll(array);
      } else if (value != null) {
        values.add(value);
      }
    } else if (value instanceof BsonDocument document) {
      add(document, depth + 1, values);
    } else if (value instanceof BsonArray array) {
      addThrough(array, depth + 1, values);
    }
  }

  /** Goes on at the position that the path names, or else in every object of the array. */
  private void addThrough(BsonArray array, int depth, Set<BsonValue> values) {
    String part = path.get(depth);
    if (part.chars().allMatch(c -> c >= '0' && c <= '9')) {
      boolean inside = part.length() < 10 && Integer.parseInt(part) < array.size();
      BsonValue element = inside ? array.get(Integer.parseInt(part)) : null;
      addValue(element, depth, values);
      return;
    }
    for (BsonValue element : array) {
      if (element instanceof BsonDocument document) {
        add(document, depth, values);
      }
    }
  }
}
