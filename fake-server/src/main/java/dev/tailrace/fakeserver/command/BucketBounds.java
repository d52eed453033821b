package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.query.value.BsonOrder;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The least and the greatest value of every field in a bucket. Those of documents within are taken
 * field by field, as a server does.
 */
final class BucketBounds {

  private final BsonDocument min = new BsonDocument();
  private final BsonDocument max = new BsonDocument();

  void add(String field, BsonValue value) {
    extend(min, field, value, -1);
    extend(max, field, value, 1);
  }

  BsonDocument min() {
    return min;
  }

  BsonDocument max() {
    return max;
  }

  private static void extend(BsonDocument bounds, String field, BsonValue value, int side) {
    @Nullable BsonValue known = bounds.get(field);
    if (value instanceof BsonDocument document
        && (known == null || known instanceof BsonDocument)) {
      BsonDocument inner = known == null ? new BsonDocument() : known.asDocument();
      document.forEach((name, each) -> extend(inner, name, each, side));
      bounds.put(field, inner);
    } else if (known == null || Integer.signum(BsonOrder.SIMPLE.compare(value, known)) == side) {
      bounds.put(field, value);
    }
  }
}
