package dev.tailrace.fakeserver.query.value;

import com.google.common.base.Splitter;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.number.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The order of the elements of an array that is sorted in place, by {@code $push} or {@code
 * $sortArray}: {@code 1} and {@code -1} sort whole elements, an object such as {@code {a: 1, "b.c":
 * -1}} sorts by fields of theirs.
 */
public final class ElementOrder {

  private ElementOrder() {}

  /**
   * Parses an order.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static Comparator<BsonValue> parse(BsonValue sort, BsonOrder order) {
    if (sort instanceof BsonDocument fields) {
      return byFields(fields, order);
    }
    if (!isDirection(sort)) {
      throw badValue(
          "The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields");
    }
    return directed(order, sort);
  }

  private static boolean isDirection(BsonValue value) {
    return Numbers.isNumber(value) && Math.abs(Numbers.toDouble(value)) == 1;
  }

  private static <T> Comparator<T> directed(Comparator<T> comparator, BsonValue direction) {
    return Numbers.toDouble(direction) > 0 ? comparator : comparator.reversed();
  }

  private static Comparator<BsonValue> byFields(BsonDocument fields, BsonOrder order) {
    if (fields.isEmpty()) {
      throw badValue("The $sort pattern is empty when it should be a set of fields.");
    }
    List<Comparator<BsonValue>> byFields = new ArrayList<>();
    for (Map.Entry<String, BsonValue> field : fields.entrySet()) {
      if (!isDirection(field.getValue())) {
        throw badValue("The $sort element value must be either 1 or -1");
      }
      List<String> path = path(field.getKey());
      Comparator<BsonValue> byField =
          Comparator.comparing(element -> valueAt(element, path), order);
      byFields.add(directed(byField, field.getValue()));
    }
    return byFields.stream().reduce(Comparator::thenComparing).orElseThrow();
  }

  private static List<String> path(String field) {
    if (field.isEmpty()) {
      throw badValue("The $sort field cannot be empty");
    }
    List<String> path = Splitter.on('.').splitToList(field);
    if (path.contains("")) {
      throw badValue("The $sort field is a dotted field but has an empty part: " + field);
    }
    return path;
  }

  /** The value at a path that leads through arrays only by position; null where there is none. */
  private static BsonValue valueAt(BsonValue element, List<String> path) {
    BsonValue value = element instanceof BsonDocument ? element : null;
    for (String part : path) {
      value = child(value, part);
    }
    return value == null ? BsonNull.VALUE : value;
  }

  private static @Nullable BsonValue child(@Nullable BsonValue value, String name) {
    if (value instanceof BsonDocument document) {
      return document.get(name);
    }
    boolean isIndex = name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
    if (value instanceof BsonArray array && isIndex) {
      int index = Integer.parseInt(name);
      return index < array.size() ? array.get(index) : null;
    }
    return null;
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }
}
