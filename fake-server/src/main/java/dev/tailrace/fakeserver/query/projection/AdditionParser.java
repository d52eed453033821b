package dev.tailrace.fakeserver.query.projection;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.expression.FieldPath;
import dev.tailrace.fakeserver.query.expression.ParseScope;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.Map;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Reads the specification of {@code $addFields}: paths and what to compute for them. */
final class AdditionParser {

  private final BsonDocument spec;
  private final ParseScope scope;
  private final TreeSet<String> seen = new TreeSet<>();
  private final ProjectionNode root = new ProjectionNode(ProjectionNode.Kind.ADDITION);

  AdditionParser(BsonDocument spec, ParseScope scope) {
    this.spec = spec;
    this.scope = scope;
  }

  Projection parse() {
    if (spec.isEmpty()) {
      throw new CommandFailure(40_177, "specification must have at least one field");
    }
    for (Map.Entry<String, BsonValue> field : spec.entrySet()) {
      validate(field.getKey(), field.getValue());
    }
    spec.forEach((name, value) -> add(ImmutableList.of(), name, value));
    return new Projection(root, ImmutableList.of());
  }

  private void validate(String path, BsonValue value) {
    if (!(value instanceof BsonDocument object)) {
      requireNoConflict(path);
      return;
    }
    if (object.isEmpty()) {
      throw new CommandFailure(
          40_180, "an empty object is not a valid value. Found empty object at path " + path);
    }
    for (Map.Entry<String, BsonValue> field : object.entrySet()) {
      String name = field.getKey();
      if (name.startsWith("$")) {
        if (object.size() != 1) {
          throw new CommandFailure(
              40_181,
              "an expression specification must contain exactly one field, the name of the"
                  + " expression. Found %d fields in %s, while parsing object %s"
                      .formatted(
                          object.size(), ElementText.value(object), ElementText.value(spec)));
        }
        requireNoConflict(path);
        return;
      }
      if (name.indexOf('.') >= 0) {
        throw new CommandFailure(
            40_183,
            "cannot use dotted field name '%s' in a sub object: %s"
                .formatted(name, ElementText.value(spec)));
      }
      validate(path + "." + name, field.getValue());
    }
  }

  private void requireNoConflict(String path) {
    @Nullable String conflict = null;
    if (seen.contains(path)) {
      conflict = path;
    }
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      String prefix = path.substring(0, dot);
      conflict = seen.contains(prefix) ? prefix : conflict;
    }
    String longer = seen.ceiling(path + ".");
    if (longer != null && longer.startsWith(path + ".")) {
      conflict = longer;
    }
    if (conflict != null) {
      throw new CommandFailure(
          40_176,
          "specification contains two conflicting paths. Cannot specify both '%s' and '%s': %s"
              .formatted(path, conflict, ElementText.value(spec)));
    }
    seen.add(path);
  }

  private void add(ImmutableList<String> parent, String name, BsonValue value) {
    ImmutableList<String> path =
        ImmutableList.<String>builder()
            .addAll(parent)
            .addAll(FieldPath.parse(name, scope.context()).parts())
            .build();
    boolean nested = value instanceof BsonDocument object && !object.getFirstKey().startsWith("$");
    if (nested) {
      value.asDocument().forEach((field, below) -> add(path, field, below));
    } else {
      root.compute(path, Expression.parse(value, scope));
    }
  }
}
