package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An object, or an array taken by positions, whose fields are updated in the order of their names.
 */
final class FieldNode extends BranchNode {

  /** The name of the positional operator. */
  static final String POSITIONAL = "$";

  /** The order of names from 5.0: as strings, but numbers among each other by value. */
  private static final Comparator<String> NUMBERS_BY_VALUE =
      (a, b) ->
          isNumber(a) && isNumber(b) && a.length() != b.length()
              ? Integer.compare(a.length(), b.length())
              : a.compareTo(b);

  private final Comparator<String> order;
  private final TreeMap<String, UpdateNode> children;
  private @Nullable UpdateNode positional;

  /** A node without children. */
  FieldNode(QueryContext context) {
    this(context.atLeast(5, 0) ? NUMBERS_BY_VALUE : Comparator.naturalOrder());
  }

  private FieldNode(Comparator<String> order) {
    this.order = order;
    this.children = new TreeMap<>(order);
  }

  private static boolean isNumber(String name) {
    boolean digits = !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits && (name.length() == 1 || name.charAt(0) != '0');
  }

  @Override
  @Nullable UpdateNode child(String name) {
    return name.equals(POSITIONAL) ? positional : children.get(name);
  }

  @Override
  void put(String name, UpdateNode child) {
    if (name.equals(POSITIONAL)) {
      positional = child;
    } else {
      children.put(name, child);
    }
  }

  @Override
  boolean apply(List<String> path, Application application) {
    boolean changed = false;
    for (Map.Entry<String, UpdateNode> child : resolved(path, application).entrySet()) {
      List<String> childPath = new ArrayList<>(path);
      childPath.add(child.getKey());
      changed |= child.getValue().apply(childPath, application);
    }
    return changed;
  }

  /** The children, with the positional one at the place that it stands for. */
  private Map<String, UpdateNode> resolved(List<String> path, Application application) {
    if (positional == null) {
      return children;
    }
    if (application.matchedIndex().isEmpty()) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "The positional operator did not find the match needed from the query.");
    }
    String index = String.valueOf(application.matchedIndex().getAsInt());
    TreeMap<String, UpdateNode> all = new TreeMap<>(children);
    UpdateNode same = all.get(index);
    String childPath = path.isEmpty() ? index : String.join(".", path) + "." + index;
    all.put(index, same == null ? positional : merge(positional, same, childPath));
    return all;
  }

  FieldNode mergedWith(FieldNode other, String path) {
    FieldNode merged = new FieldNode(order);
    merged.children.putAll(children);
    other.children.forEach(
        (name, child) ->
            merged.children.merge(name, child, (a, b) -> merge(a, b, path + "." + name)));
    if (positional != null && other.positional != null) {
      merged.positional = merge(positional, other.positional, path + ".$");
    } else {
      merged.positional = positional != null ? positional : other.positional;
    }
    return merged;
  }
}
