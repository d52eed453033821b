package dev.tailrace.fakeserver.query.accumulator;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.LinkedHashSet;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Accumulators that keep values rather than compute with them. */
public final class Collecting {

  private Collecting() {}

  /** The first value, though it be missing. */
  public static Accumulator first() {
    return new Accumulator() {
      private boolean any;
      private @Nullable BsonValue first;

      @Override
      public void add(@Nullable BsonValue value) {
        if (!any) {
          any = true;
          first = value;
        }
      }

      @Override
      public @Nullable BsonValue result() {
        return first;
      }
    };
  }

  /** The last value, though it be missing. */
  public static Accumulator last() {
    return new Accumulator() {
      private @Nullable BsonValue last;

      @Override
      public void add(@Nullable BsonValue value) {
        last = value;
      }

      @Override
      public @Nullable BsonValue result() {
        return last;
      }
    };
  }

  /** All values that are not missing, in their order. */
  public static Accumulator push() {
    return new Accumulator() {
      private final BsonArray all = new BsonArray();

      @Override
      public void add(@Nullable BsonValue value) {
        if (value != null) {
          all.add(value);
        }
      }

      @Override
      public BsonValue result() {
        return all;
      }
    };
  }

  /** All different values that are not missing, in the order in which they first came. */
  public static Accumulator addToSet(BsonOrder order) {
    return new Accumulator() {
      private final Set<BsonOrder.Key> seen = new LinkedHashSet<>();
      private final BsonArray all = new BsonArray();

      @Override
      public void add(@Nullable BsonValue value) {
        if (value != null && seen.add(order.key(value))) {
          all.add(value);
        }
      }

      @Override
      public BsonValue result() {
        return all;
      }
    };
  }

  /** One object with the fields of all of them; of two with one name, the later. */
  public static Accumulator mergeObjects() {
    return new Accumulator() {
      private final BsonDocument merged = new BsonDocument();

      @Override
      public void add(@Nullable BsonValue value) {
        if (BsonTypes.isNullish(value)) {
          return;
        }
        if (!(value instanceof BsonDocument document)) {
          throw new CommandFailure(
              40_400,
              "$mergeObjects requires object inputs, but input %s is of type %s"
                  .formatted(ValueText.value(value), BsonTypes.name(value)));
        }
        document.forEach(merged::put);
      }

      @Override
      public BsonValue result() {
        return merged;
      }
    };
  }
}
