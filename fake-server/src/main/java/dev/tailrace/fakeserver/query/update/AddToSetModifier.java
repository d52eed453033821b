package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** {@code $addToSet}: adds elements that the array does not yet have, one or {@code $each}. */
final class AddToSetModifier extends Modifier {

  private final ImmutableList<BsonValue> elements;

  private AddToSetModifier(ImmutableList<BsonValue> elements) {
    this.elements = elements;
  }

  static UpdateNode parse(String field, BsonValue argument, QueryContext context) {
    List<BsonValue> given = isEach(argument) ? each(argument.asDocument()) : List.of(argument);
    return new AddToSetModifier(newOnes(given, List.of(), context.order()));
  }

  private static boolean isEach(BsonValue argument) {
    return argument instanceof BsonDocument document
        && !document.isEmpty()
        && document.getFirstKey().equals("$each");
  }

  private static List<BsonValue> each(BsonDocument argument) {
    if (!(argument.get("$each") instanceof BsonArray array)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "The argument to $each in $addToSet must be an array but it was of type "
              + BsonTypes.name(argument.get("$each")));
    }
    if (argument.size() > 1) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Found unexpected fields after $each in $addToSet: " + ElementText.value(argument));
    }
    return array;
  }

  /** Those of the values that are not among others, each once. */
  private static ImmutableList<BsonValue> newOnes(
      List<BsonValue> values, List<BsonValue> others, BsonOrder order) {
    Set<BsonOrder.Key> seen = new HashSet<>();
    others.forEach(value -> seen.add(order.key(value)));
    return values.stream()
        .filter(value -> seen.add(order.key(value)))
        .collect(ImmutableList.toImmutableList());
  }

  @Override
  boolean applyToExisting(Location location, Application application) {
    if (!(location.value() instanceof BsonArray array)) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Cannot apply $addToSet to non-array field. Field named '%s' has non-array type %s"
              .formatted(location.name(), BsonTypes.name(location.value())));
    }
    List<BsonValue> added = newOnes(elements, array, application.context().order());
    if (added.isEmpty()) {
      return false;
    }
    List<BsonValue> all = new ArrayList<>(array);
    all.addAll(added);
    application.logSet(application.setArray(location, new BsonArray(all), added));
    return true;
  }

  @Override
  boolean applyToMissing(Location location, Application application) {
    application.logSet(application.setArray(location, new BsonArray(elements), elements));
    return true;
  }
}
