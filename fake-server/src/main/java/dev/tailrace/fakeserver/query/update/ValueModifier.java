package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** An operator that puts one value in the place of another. */
abstract class ValueModifier extends Modifier {

  /** The value that replaces the one at a place; null if nothing changes. */
  abstract @Nullable BsonValue changed(Location location, Application application);

  /** The value where there was none; null if the operator makes none. */
  @Nullable BsonValue initial(Application application) {
    return null;
  }

  @Override
  final boolean applyToExisting(Location location, Application application) {
    BsonValue changed = changed(location, application);
    if (changed == null) {
      return false;
    }
    application.set(location, changed);
    return true;
  }

  @Override
  final boolean applyToMissing(Location location, Application application) {
    BsonValue initial = initial(application);
    if (initial == null) {
      requireViable(location);
      return false;
    }
    application.set(location, initial);
    return true;
  }

  /** Refuses a path on which there could never be a value. */
  private static void requireViable(Location location) {
    String next = location.missing().get(0);
    boolean viable =
        location.value() instanceof BsonDocument
            || (location.value() instanceof BsonArray && Location.arrayIndex(next).isPresent());
    if (!viable) {
      throw new CommandFailure(
          ErrorCode.PATH_NOT_VIABLE,
          "Cannot use the part (%s) of (%s) to traverse the element ({%s})"
              .formatted(next, location.whole(), location.element()));
    }
  }
}
