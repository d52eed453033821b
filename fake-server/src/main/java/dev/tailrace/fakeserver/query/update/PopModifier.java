package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.IntegerArgument;
import org.bson.BsonArray;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code $pop}: takes the first or the last element off an array. */
final class PopModifier extends ValueModifier {

  private final boolean first;

  private PopModifier(boolean first) {
    this.first = first;
  }

  static UpdateNode parse(String field, BsonValue argument, QueryContext context) {
    long end = IntegerArgument.parse(field, argument);
    if (end != 1 && end != -1) {
      throw new CommandFailure(ErrorCode.FAILED_TO_PARSE, "$pop expects 1 or -1, found: " + end);
    }
    return new PopModifier(end == -1);
  }

  @Override
  @Nullable BsonValue changed(Location location, Application application) {
    if (!(location.value() instanceof BsonArray array)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "Path '%s' contains an element of non-array type '%s'"
              .formatted(location.dotted(), BsonTypes.name(location.value())));
    }
    if (array.isEmpty()) {
      return null;
    }
    int from = first ? 1 : 0;
    return new BsonArray(array.subList(from, from + array.size() - 1));
  }
}
