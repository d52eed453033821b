package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementOrder;
import java.util.Comparator;
import java.util.OptionalLong;
import org.bson.BsonArray;
import org.bson.BsonDocument;
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
    Comparator<BsonValue> order = sort == null ? null : ElementOrder.parse(sort, context.order());
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

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }
}
