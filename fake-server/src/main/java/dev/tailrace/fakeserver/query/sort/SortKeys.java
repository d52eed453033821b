package dev.tailrace.fakeserver.query.sort;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which a document sorts: one for each element of the array on its paths, as an index
 * would have them. A missing value is null, an empty array undefined.
 */
final class SortKeys {

  /**
   * How far a path has been followed, and where that led. A depth of −1 is the end, whatever the
   * value.
   */
  private record Reached(@Nullable BsonValue value, int depth) {}

  /** An array on a path, and the part of the path before it, by which it is told from others. */
  private record OnPath(BsonArray array, List<String> prefix) {}

  private final ImmutableList<ImmutableList<String>> paths;

  SortKeys(ImmutableList<ImmutableList<String>> paths) {
    this.paths = paths;
  }

  /** Reports each key: the values in the order of the paths. */
  void forEach(BsonDocument document, Consumer<List<BsonValue>> keys) {
    List<Reached> start = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      start.add(new Reached(document, 0));
    }
    follow(start, keys);
  }

  private void follow(List<Reached> from, Consumer<List<BsonValue>> keys) {
    List<Reached> reached = new ArrayList<>();
    OnPath through = null;
    for (int i = 0; i < paths.size(); i++) {
      Reached next = untilArray(from.get(i), paths.get(i));
      reached.add(next);
      if (next.depth >= 0 && next.value instanceof BsonArray array) {
        List<String> prefix = paths.get(i).subList(0, next.depth);
        if (through != null && !through.prefix.equals(prefix)) {
          throw new CommandFailure(
              ErrorCode.BAD_VALUE, "cannot sort with keys that are parallel arrays");
        }
        through = new OnPath(array, prefix);
      }
    }
    if (through == null) {
      keys.accept(reached.stream().map(SortKeys::orNull).toList());
      return;
    }
    if (through.array.isEmpty()) {
      follow(into(reached, new BsonUndefined()), keys);
    }
    for (BsonValue element : through.array) {
      follow(into(reached, element), keys);
    }
  }

  private static BsonValue orNull(Reached reached) {
    return reached.value == null ? BsonNull.VALUE : reached.value;
  }

  /** Follows a path through objects, and to an array element that it names by position. */
  private static Reached untilArray(Reached from, List<String> path) {
    BsonValue value = from.value;
    int depth = from.depth;
    while (depth >= 0 && depth < path.size()) {
      if (value instanceof BsonDocument document) {
        value = document.get(path.get(depth));
      } else if (value instanceof BsonArray array) {
        BsonValue element = atPosition(array, path.get(depth));
        if (element == null) {
          return new Reached(array, depth);
        }
        value = element;
      } else {
        return new Reached(null, -1);
      }
      depth++;
    }
    boolean expands = value instanceof BsonArray && depth >= 0;
    return new Reached(value, expands ? depth : -1);
  }

  private static @Nullable BsonValue atPosition(BsonArray array, String part) {
    boolean digits = !part.isEmpty() && part.length() < 10;
    if (!digits || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    int index = Integer.parseInt(part);
    return index < array.size() ? array.get(index) : null;
  }

  /** Takes the paths that lead into an array to one of its elements; the others stay. */
  private List<Reached> into(List<Reached> reached, BsonValue element) {
    List<Reached> next = new ArrayList<>();
    for (int i = 0; i < reached.size(); i++) {
      Reached one = reached.get(i);
      if (one.depth < 0) {
        next.add(one);
      } else if (one.depth == paths.get(i).size()) {
        next.add(new Reached(element, -1));
      } else {
        boolean isObject = element instanceof BsonDocument;
        next.add(isObject ? new Reached(element, one.depth) : new Reached(null, -1));
      }
    }
    return next;
  }
}
