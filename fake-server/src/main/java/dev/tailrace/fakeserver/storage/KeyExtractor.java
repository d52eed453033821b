package dev.tailrace.fakeserver.storage;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a document has in an index: one for each element where a path meets an array, null for
 * a path that leads nowhere.
 */
final class KeyExtractor {

  private final List<List<String>> paths = new ArrayList<>();
  private final boolean sparse;

  KeyExtractor(BsonDocument pattern, boolean sparse) {
    for (String path : pattern.keySet()) {
      paths.add(List.of(path.split("\\.", -1)));
    }
    this.sparse = sparse;
  }

  /** Whether there are documents that {@link #requireOneArray} would refuse. */
  boolean hasManyPaths() {
    return paths.size() > 1;
  }

  /**
   * Refuses a document in which two paths of the pattern lead into different arrays.
   *
   * @throws CommandFailure 171
   */
  void requireOneArray(BsonDocument document) {
    requireOneArray(document, paths);
  }

  private static void requireOneArray(BsonDocument document, List<List<String>> paths) {
    FirstArray first = null;
    List<List<String>> further = new ArrayList<>();
    for (List<String> path : paths) {
      FirstArray found = firstArray(document, path);
      if (found == null) {
        continue;
      }
      if (first != null && !first.path.equals(found.path)) {
        throw new CommandFailure(
            ErrorCode.CANNOT_INDEX_PARALLEL_ARRAYS,
            "cannot index parallel arrays [%s] [%s]".formatted(found.name(), first.name()));
      }
      first = found;
      if (path.size() > found.path.size()) {
        further.add(path.subList(found.path.size(), path.size()));
      }
    }
    if (first != null && further.size() > 1) {
      for (BsonValue element : first.array) {
        if (element instanceof BsonDocument inner) {
          requireOneArray(inner, further);
        }
      }
    }
  }

  /** The first array on a path, and the part of the path that leads to it. */
  private record FirstArray(List<String> path, BsonArray array) {

    String name() {
      return path.get(path.size() - 1);
    }
  }

  /** Null where there is none. */
  private static @Nullable FirstArray firstArray(BsonDocument document, List<String> path) {
    BsonValue value = document;
    for (int depth = 0; depth < path.size(); depth++) {
      if (!(value instanceof BsonDocument inner)) {
        return null;
      }
      value = inner.get(path.get(depth));
      if (value instanceof BsonArray array) {
        return new FirstArray(path.subList(0, depth + 1), array);
      }
    }
    return null;
  }

  /** The keys, each with the values it was made of; none for a sparse index without the fields. */
  SortedMap<IndexKey, List<BsonValue>> of(BsonDocument document) {
    SortedMap<IndexKey, List<BsonValue>> keys = new TreeMap<>();
    if (paths.size() == 1 && paths.get(0).size() == 1) {
      BsonValue value = document.get(paths.get(0).get(0));
      if (value != null && !value.isArray()) {
        List<BsonValue> values = List.of(value);
        keys.put(IndexKey.of(values), values);
        return keys;
      }
    }
    List<List<BsonValue>> byPath = new ArrayList<>();
    boolean anyPresent = false;
    for (List<String> path : paths) {
      List<BsonValue> values = new ArrayList<>();
      collect(document, path, 0, values);
      anyPresent |= !values.isEmpty();
      byPath.add(values.isEmpty() ? List.of(BsonNull.VALUE) : values);
    }
    if (anyPresent || !sparse) {
      combine(byPath, new ArrayList<>(), keys);
    }
    return keys;
  }

  private static void collect(
      @Nullable BsonValue value, List<String> path, int depth, List<BsonValue> found) {
    if (depth == path.size()) {
      if (value instanceof BsonArray array) {
        if (array.isEmpty()) {
          found.add(new BsonUndefined()); // The server indexes an empty array as undefined.
        }
        found.addAll(array);
      } else if (value != null) {
        found.add(value);
      }
    } else if (value instanceof BsonDocument document) {
      collect(document.get(path.get(depth)), path, depth + 1, found);
    } else if (value instanceof BsonArray array) {
      BsonValue positional = positional(array, path.get(depth));
      if (positional != null) {
        collect(positional, path, depth + 1, found);
      }
      for (BsonValue element : array) {
        if (element.isDocument()) {
          collect(element, path, depth, found);
        }
      }
    }
  }

  private static @Nullable BsonValue positional(BsonArray array, String component) {
    boolean isIndex =
        !component.isEmpty()
            && component.length() < 10
            && component.chars().allMatch(c -> c >= '0' && c <= '9');
    int index = isIndex ? Integer.parseInt(component) : Integer.MAX_VALUE;
    return index < array.size() ? array.get(index) : null;
  }

  private static void combine(
      List<List<BsonValue>> byPath,
      List<BsonValue> chosen,
      SortedMap<IndexKey, List<BsonValue>> keys) {
    if (chosen.size() == byPath.size()) {
      List<BsonValue> values = List.copyOf(chosen);
      keys.put(IndexKey.of(values), values);
      return;
    }
    for (BsonValue value : byPath.get(chosen.size())) {
      chosen.add(value);
      combine(byPath, chosen, keys);
      chosen.remove(chosen.size() - 1);
    }
  }
}
