package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import java.util.List;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code $set}, and {@code $setOnInsert}, which does the same in an upsert and else nothing. */
final class SetModifier extends ValueModifier {

  private final BsonValue value;

  private SetModifier(BsonValue value) {
    this.value = value;
  }

  static UpdateNode set(String field, BsonValue value, QueryContext context) {
    return new SetModifier(value);
  }

  static UpdateNode setOnInsert(String field, BsonValue value, QueryContext context) {
    UpdateNode set = new SetModifier(value);
    return new UpdateNode() {
      @Override
      boolean apply(List<String> path, Application application) {
        return application.isInsert() && set.apply(path, application);
      }
    };
  }

  @Override
  @Nullable BsonValue changed(Location location, Application application) {
    return BsonOrder.identical(location.value(), value) ? null : value;
  }

  @Override
  BsonValue initial(Application application) {
    return value;
  }
}
