package dev.tailrace.fakeserver.query.update;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The argument of {@code $push}.
 *
 * @param elements what is added
 * @param position where; the end by default, and from the end if negative
 * @param order how the array is sorted afterwards; null if not
 * @param slice how many elements remain after that: the first ones, or the last if negative
 */
record PushArgument(
    ImmutableList<BsonValue> elements,
    long position,
    @Nullable Comparator<BsonValue> order,
    OptionalLong slice) {

  private static final ImmutableSet<String> CLAUSES =
      ImmutableSet.of("$each", "$position", "$slice", "$sort");

  static PushArgument parse(BsonValue argument, QueryContext context) {
    boolean plain = !(argument instanceof BsonDocument object) || !object.containsKey("$each");
    if (plain) {
      return new PushArgument(
          ImmutableList.of(argument), Long.MAX_VALUE, null, OptionalLong.empty());
    }
    BsonDocument clauses = argument.asDocument();
    for (String name : clauses.keySet()) {
      if (!CLAUSES.contains(name)) {
        throw badValue("Unrecognized clause in $push: " + name);
      }
    }
    ImmutableList<BsonValue> elements = each(clauses.get("$each"));
    OptionalLong slice =
        integer(
            clauses,
            "$slice",
            "The value for $slice must be an integer value but was given type: ");
    BsonValue sort = clauses.get("$sort");
    Comparator<BsonValue> order = sort == null ? null : order(sort, context.order());
    OptionalLong position =
        integer(
            clauses,
            "$position",
            "The value for $position must be an integer value, not of type: ");
    return new PushArgument(elements, position.orElse(Long.MAX_VALUE), order, slice);
  }

  private static ImmutableList<BsonValue> each(@Nullable BsonValue value) {
    if (!(value instanceof BsonArray array)) {
      throw badValue(
          "The argument to $each in $push must be an array but it was of type: "
              + BsonTypes.name(value));
    }
    return ImmutableList.copyOf(array);
  }

  private static OptionalLong integer(BsonDocument clauses, String name, String complaint) {
    BsonValue value = clauses.get(name);
    if (value == null) {
      return OptionalLong.empty();
    }
    if (!Numbers.isLong(value)) {
      throw badValue(complaint + BsonTypes.name(value));
    }
    return OptionalLong.of(Numbers.toLong(value));
  }

  private static Comparator<BsonValue> order(BsonValue sort, BsonOrder order) {
    if (sort instanceof BsonDocument fields) {
      return orderByFields(fields, order);
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

  private static Comparator<BsonValue> orderByFields(BsonDocument fields, BsonOrder order) {
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
    if (!(element instanceof BsonDocument document)) {
      return BsonNull.VALUE;
    }
    Location location = Location.find(document, path);
    return location.exists() ? location.value() : BsonNull.VALUE;
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }
}
