package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.match.Matcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** An array whose elements are updated where a filter matches them: {@code $[]}, {@code $[id]}. */
final class ElementNode extends BranchNode {

  private final ImmutableMap<String, Matcher> filters;

  /** What to do with elements, by identifier; the empty one means all elements. */
  private final TreeMap<String, UpdateNode> children = new TreeMap<>();

  ElementNode(ImmutableMap<String, Matcher> filters) {
    this.filters = filters;
  }

  @Override
  @Nullable UpdateNode child(String identifier) {
    return children.get(identifier);
  }

  @Override
  void put(String identifier, UpdateNode child) {
    children.put(identifier, child);
  }

  @Override
  boolean apply(List<String> path, Application application) {
    Location location = application.locate(path);
    if (!location.exists()) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "The path '"
              + String.join(".", path)
              + "' must exist in the document in order to apply array updates.");
    }
    if (!(location.value() instanceof BsonArray array)) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Cannot apply array updates to non-array element " + location.element());
    }
    Map<Integer, UpdateNode> matching = matching(array, path);
    if (matching.size() == 1) {
      int index = matching.keySet().iterator().next();
      return applyTo(index, matching, path, application);
    }
    // Of several elements the log tells only what they have become in the end.
    List<Integer> changed = new ArrayList<>();
    application.withoutLog(
        () -> {
          for (Integer index : matching.keySet()) {
            if (applyTo(index, matching, path, application)) {
              changed.add(index);
            }
          }
        });
    if (changed.size() == 1) {
      application.logSet(application.locate(with(path, changed.get(0))));
    } else if (!changed.isEmpty()) {
      application.logSet(location);
    }
    return !changed.isEmpty();
  }

  private static List<String> with(List<String> path, int index) {
    List<String> longer = new ArrayList<>(path);
    longer.add(String.valueOf(index));
    return longer;
  }

  private static boolean applyTo(
      Integer index,
      Map<Integer, UpdateNode> matching,
      List<String> path,
      Application application) {
    UpdateNode node = matching.get(index);
    return node != null && node.apply(with(path, index), application);
  }

  /** What to do with the elements, by position and in its order. */
  private Map<Integer, UpdateNode> matching(BsonArray array, List<String> path) {
    Map<Integer, UpdateNode> matching = new LinkedHashMap<>();
    int index = 0;
    for (BsonValue element : array) {
      for (Map.Entry<String, UpdateNode> child : children.entrySet()) {
        if (matches(child.getKey(), element)) {
          String elementPath = String.join(".", with(path, index));
          matching.merge(index, child.getValue(), (a, b) -> merge(a, b, elementPath));
        }
      }
      index++;
    }
    return matching;
  }

  private boolean matches(String identifier, BsonValue element) {
    if (identifier.isEmpty()) {
      return true;
    }
    Matcher filter = filters.get(identifier);
    return filter != null && filter.matches(new BsonDocument(identifier, element));
  }

  ElementNode mergedWith(ElementNode other, String path) {
    ElementNode merged = new ElementNode(filters);
    merged.children.putAll(children);
    other.children.forEach(
        (identifier, child) ->
            merged.children.merge(
                identifier, child, (a, b) -> merge(a, b, path + ".$[" + identifier + "]")));
    return merged;
  }
}
