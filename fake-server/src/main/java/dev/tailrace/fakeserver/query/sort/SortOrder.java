package dev.tailrace.fakeserver.query.sort;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.FieldPath;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A parsed sort order. An array sorts by its smallest element where the order is ascending, by its
 * largest where it is descending. Immutable and thread-safe.
 *
 * <p>The manual's section is {@code cursor.sort()}.
 */
public final class SortOrder implements Comparator<BsonDocument> {

  private final ImmutableList<ImmutableList<String>> paths;
  private final ImmutableList<Integer> directions;
  private final SortKeys keys;
  private final BsonOrder order;

  private SortOrder(
      ImmutableList<ImmutableList<String>> paths,
      ImmutableList<Integer> directions,
      BsonOrder order) {
    this.paths = paths;
    this.directions = directions;
    this.keys = new SortKeys(paths);
    this.order = order;
  }

  /**
   * Parses a sort order such as {@code {a: 1, "b.c": -1}}.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static SortOrder parse(BsonDocument spec, QueryContext context) {
    ImmutableList.Builder<ImmutableList<String>> paths = ImmutableList.builder();
    ImmutableList.Builder<Integer> directions = ImmutableList.builder();
    for (Map.Entry<String, BsonValue> part : spec.entrySet()) {
      BsonValue value = part.getValue();
      if (value instanceof BsonDocument meta) {
        refuseMeta(part.getKey(), meta);
      }
      if (!Numbers.isNumber(value)) {
        throw new CommandFailure(
            15_974,
            "Illegal key in $sort specification: " + ElementText.field(part.getKey(), value));
      }
      long direction = Numbers.isLong(value) ? Numbers.toLong(value) : 0;
      if (direction != 1 && direction != -1) {
        throw new CommandFailure(
            15_975, "$sort key ordering must be 1 (for ascending) or -1 (for descending)");
      }
      paths.add(FieldPath.parse(part.getKey(), context).parts());
      directions.add((int) direction);
    }
    return new SortOrder(paths.build(), directions.build(), context.order());
  }

  private static void refuseMeta(String field, BsonDocument meta) {
    boolean isMeta = meta.size() == 1 && meta.getFirstKey().equals("$meta");
    if (!isMeta) {
      throw new CommandFailure(
          15_974, "Illegal key in $sort specification: " + ElementText.field(field, meta));
    }
    BsonValue what = meta.get("$meta");
    if (what instanceof BsonString name && name.getValue().equals("textScore")) {
      throw new CommandFailure(
          40_218, "query requires text score metadata, but it is not available");
    }
    throw new CommandFailure(31_138, "Illegal $meta sort: " + ElementText.field(field, meta));
  }

  /**
   * The direction of {@code {$natural: 1}} or {@code {$natural: -1}}, which is the order of storage
   * and none of this class's; empty for any other order.
   */
  public static OptionalInt natural(BsonDocument spec) {
    boolean natural = spec.size() == 1 && spec.getFirstKey().equals("$natural");
    return natural && Numbers.isLong(spec.get("$natural"))
        ? OptionalInt.of((int) spec.getNumber("$natural").longValue())
        : OptionalInt.empty();
  }

  /** Compares two documents; see {@link #sort} for many. */
  @Override
  public int compare(BsonDocument a, BsonDocument b) {
    return compareKeys(key(a), key(b));
  }

  /** Sorts documents, finding the key of each only once; equal ones stay as they were. */
  public List<BsonDocument> sort(Iterable<BsonDocument> documents) {
    record Keyed(List<BsonValue> key, BsonDocument document) {}
    List<Keyed> keyed = new ArrayList<>();
    documents.forEach(document -> keyed.add(new Keyed(key(document), document)));
    keyed.sort((a, b) -> compareKeys(a.key, b.key));
    return keyed.stream().map(Keyed::document).toList();
  }

  /**
   * The values that decide where a document stands.
   *
   * @throws CommandFailure if two of its paths lead through different arrays
   */
  public List<BsonValue> key(BsonDocument document) {
    Smallest smallest = new Smallest();
    keys.forEach(document, smallest);
    return smallest.key();
  }

  /** Compares the keys of two documents. */
  public int compareKeys(List<BsonValue> a, List<BsonValue> b) {
    for (int i = 0; i < directions.size(); i++) {
      int compared = order.compare(a.get(i), b.get(i));
      if (compared != 0) {
        return directions.get(i) > 0 ? compared : -compared;
      }
    }
    return 0;
  }

  /** Reports the dotted paths that documents are sorted by. */
  public void forEachPath(Consumer<String> consumer) {
    paths.forEach(path -> consumer.accept(String.join(".", path)));
  }

  /** Keeps the key that comes first. */
  private final class Smallest implements Consumer<List<BsonValue>> {
    private @Nullable List<BsonValue> smallest;

    @Override
    public void accept(List<BsonValue> key) {
      if (smallest == null || compareKeys(key, smallest) < 0) {
        smallest = key;
      }
    }

    List<BsonValue> key() {
      if (smallest == null) {
        throw new IllegalStateException("every document has a key");
      }
      return smallest;
    }
  }
}
