package dev.tailrace.fakeserver.query.accumulator;

import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The best so many of the values: {@code $firstN}, {@code $maxN}, {@code $topN} and the like. */
public final class Best implements Accumulator {

  private final int count;
  private final boolean skipsNullish;
  private final boolean dropsFirst;
  private final @Nullable Comparator<BsonValue> order;
  private final List<BsonValue> kept = new ArrayList<>();

  private Best(
      int count, boolean skipsNullish, boolean dropsFirst, @Nullable Comparator<BsonValue> order) {
    this.count = count;
    this.skipsNullish = skipsNullish;
    this.dropsFirst = dropsFirst;
    this.order = order;
  }

  /** The first so many, as they come; missing ones are null. */
  public static Best first(int count) {
    return new Best(count, false, false, null);
  }

  /** The last so many, as they come; missing ones are null. */
  public static Best last(int count) {
    return new Best(count, false, true, null);
  }

  /** The smallest so many of what is not null, in order. */
  public static Best smallest(int count, Comparator<BsonValue> order) {
    return new Best(count, true, false, order);
  }

  @Override
  public void add(@Nullable BsonValue value) {
    if (skipsNullish && BsonTypes.isNullish(value)) {
      return;
    }
    BsonValue added = value == null ? BsonNull.VALUE : value;
    if (order == null) {
      if (kept.size() == count && !dropsFirst) {
        return;
      }
      kept.add(added);
    } else {
      kept.add(position(added, order), added);
    }
    if (kept.size() > count) {
      kept.remove(dropsFirst ? 0 : count);
    }
  }

  /** Where the value belongs, after those that are equal. */
  private int position(BsonValue value, Comparator<BsonValue> comparator) {
    int from = 0;
    int to = kept.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (comparator.compare(kept.get(middle), value) <= 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  @Override
  public BsonValue result() {
    return new BsonArray(kept);
  }
}
