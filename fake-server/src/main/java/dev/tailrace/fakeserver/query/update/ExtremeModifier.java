package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.query.QueryContext;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code $min} and {@code $max}. */
final class ExtremeModifier extends ValueModifier {

  private final BsonValue value;

  /** The sign of a comparison of the new value with the old one that lets the new one win. */
  private final int winningSign;

  private ExtremeModifier(BsonValue value, int winningSign) {
    this.value = value;
    this.winningSign = winningSign;
  }

  static UpdateNode min(String field, BsonValue value, QueryContext context) {
    return new ExtremeModifier(value, -1);
  }

  static UpdateNode max(String field, BsonValue value, QueryContext context) {
    return new ExtremeModifier(value, 1);
  }

  @Override
  @Nullable BsonValue changed(Location location, Application application) {
    int compared = application.context().order().compare(value, location.value());
    return Integer.signum(compared) == winningSign ? value : null;
  }

  @Override
  BsonValue initial(Application application) {
    return value;
  }
}
