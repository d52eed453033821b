package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.query.QueryContext;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;

/** {@code $unset}: takes a field away; an array element becomes null. */
final class UnsetModifier extends Modifier {

  private UnsetModifier() {}

  static UpdateNode parse(String field, BsonValue ignored, QueryContext context) {
    return new UnsetModifier();
  }

  /** Takes away what a path leads to. */
  static void remove(Location location, Application application) {
    Application.requireIdUntouched(location);
    if (location.parent() instanceof BsonDocument object) {
      object.remove(location.name());
    } else {
      location.replacedBy(BsonNull.VALUE);
    }
    application.logUnset(location);
  }

  @Override
  boolean applyToExisting(Location location, Application application) {
    remove(location, application);
    return true;
  }

  @Override
  boolean applyToMissing(Location location, Application application) {
    return false;
  }
}
