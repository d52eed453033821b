package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code $pull} and {@code $pullAll}: take elements out of an array. */
final class PullModifier extends ValueModifier {

  private final Predicate<BsonValue> goes;

  private PullModifier(Predicate<BsonValue> goes) {
    this.goes = goes;
  }

  static UpdateNode pull(String field, BsonValue condition, QueryContext context) {
    return new PullModifier(condition(condition, context));
  }

  private static Predicate<BsonValue> condition(BsonValue condition, QueryContext context) {
    if (condition instanceof BsonDocument filter && !Matcher.isCondition(filter)) {
      Matcher matcher = Matcher.parsePart(filter, context);
      return element -> element instanceof BsonDocument object && matcher.matches(object);
    }
    if (condition instanceof BsonDocument || condition instanceof BsonRegularExpression) {
      Matcher matcher = Matcher.parsePart(new BsonDocument("", condition), context);
      return element -> matcher.matches(new BsonDocument("", element));
    }
    return element -> context.order().equal(element, condition);
  }

  static UpdateNode pullAll(String field, BsonValue values, QueryContext context) {
    if (!(values instanceof BsonArray array)) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "$pullAll requires an array argument but was given a " + BsonTypes.name(values));
    }
    BsonOrder order = context.order();
    Set<BsonOrder.Key> keys = new HashSet<>();
    array.forEach(value -> keys.add(order.key(value)));
    return new PullModifier(element -> keys.contains(order.key(element)));
  }

  @Override
  @Nullable BsonValue changed(Location location, Application application) {
    if (!(location.value() instanceof BsonArray array)) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, "Cannot apply $pull to a non-array value");
    }
    List<BsonValue> kept = array.stream().filter(goes.negate()).toList();
    return kept.size() == array.size() ? null : new BsonArray(kept);
  }
}
