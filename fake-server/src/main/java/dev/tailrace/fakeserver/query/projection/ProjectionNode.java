package dev.tailrace.fakeserver.query.projection;

import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.expression.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What a projection does at one level of the document. Through arrays it does the same to each
 * element.
 */
final class ProjectionNode {

  /** What becomes of the fields that a projection names, and of the others. */
  enum Kind {
    /** The named fields are kept. */
    INCLUSION,
    /** The named fields are dropped. */
    EXCLUSION,
    /** All fields are kept, some are computed. */
    ADDITION
  }

  private final Kind kind;
  private final Set<String> named = new LinkedHashSet<>();
  private final Map<String, ProjectionNode> children = new LinkedHashMap<>();
  private final Map<String, Expression> computed = new LinkedHashMap<>();

  /** The fields that are computed, or have computed fields below, as they were written. */
  private final Set<String> computedOrder = new LinkedHashSet<>();

  ProjectionNode(Kind kind) {
    this.kind = kind;
  }

  /** Keeps or drops the field at a path. */
  void name(List<String> path) {
    parent(path, false).named.add(path.get(path.size() - 1));
  }

  /** Computes the field at a path. */
  void compute(List<String> path, Expression expression) {
    ProjectionNode parent = parent(path, true);
    String last = path.get(path.size() - 1);
    parent.computed.put(last, expression);
    parent.computedOrder.add(last);
  }

  private ProjectionNode parent(List<String> path, boolean computes) {
    ProjectionNode node = this;
    for (String part : path.subList(0, path.size() - 1)) {
      if (computes) {
        node.computedOrder.add(part);
      }
      node = node.children.computeIfAbsent(part, name -> new ProjectionNode(kind));
    }
    return node;
  }

  ProjectionNode optimized() {
    ProjectionNode optimized = new ProjectionNode(kind);
    optimized.named.addAll(named);
    optimized.computedOrder.addAll(computedOrder);
    children.forEach((name, child) -> optimized.children.put(name, child.optimized()));
    computed.forEach((name, expression) -> optimized.computed.put(name, expression.optimized()));
    return optimized;
  }

  BsonDocument apply(BsonDocument document, Scope scope) {
    BsonDocument projected = project(document);
    computeInto(projected, scope);
    return projected;
  }

  private BsonDocument project(BsonDocument document) {
    BsonDocument projected = new BsonDocument();
    for (Map.Entry<String, BsonValue> field : document.entrySet()) {
      String name = field.getKey();
      ProjectionNode child = children.get(name);
      boolean isNamed = named.contains(name);
      if (child == null || isNamed || kind == Kind.ADDITION) {
        if (isNamed == (kind == Kind.INCLUSION)) {
          projected.append(name, field.getValue());
        }
        continue;
      }
      BsonValue value = child.projectValue(field.getValue());
      if (value != null) {
        projected.append(name, value);
      }
    }
    return projected;
  }

  private @Nullable BsonValue projectValue(BsonValue value) {
    if (value instanceof BsonDocument document) {
      return project(document);
    }
    if (value instanceof BsonArray array) {
      List<BsonValue> elements = new ArrayList<>(array.size());
      for (BsonValue element : array) {
        BsonValue projected = projectValue(element);
        if (projected != null) {
          elements.add(projected);
        } else if (!computedOrder.isEmpty()) {
          // Its place is kept for the fields that are computed in a moment.
          elements.add(BsonNull.VALUE);
        }
      }
      return new BsonArray(elements);
    }
    return kind == Kind.INCLUSION ? null : value;
  }

  private void computeInto(BsonDocument target, Scope scope) {
    for (String name : computedOrder) {
      Expression expression = computed.get(name);
      ProjectionNode child = children.get(name);
      BsonValue value;
      if (expression != null) {
        value = expression.evaluate(scope);
      } else if (child != null) {
        value = child.computeInto(target.get(name), scope);
      } else {
        continue;
      }
      if (value == null) {
        target.remove(name);
      } else {
        target.put(name, value);
      }
    }
  }

  private BsonValue computeInto(@Nullable BsonValue value, Scope scope) {
    if (value instanceof BsonArray array) {
      List<BsonValue> elements = new ArrayList<>(array.size());
      array.forEach(element -> elements.add(computeInto(element, scope)));
      return new BsonArray(elements);
    }
    BsonDocument target = new BsonDocument();
    if (value instanceof BsonDocument document) {
      target.putAll(document);
    }
    computeInto(target, scope);
    return target;
  }

  void forEachExpression(Consumer<Expression> expressions) {
    computed.values().forEach(expressions);
    children.values().forEach(child -> child.forEachExpression(expressions));
  }

  /** Reports the paths of the fields that are kept or dropped by name. */
  void forEachNamedPath(String prefix, Consumer<String> paths) {
    named.forEach(name -> paths.accept(prefix + name));
    children.forEach((name, child) -> child.forEachNamedPath(prefix + name + ".", paths));
  }
}
