package dev.tailrace.fakeserver.query.projection;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.Coercions;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.expression.FieldPath;
import dev.tailrace.fakeserver.query.expression.ParseScope;
import dev.tailrace.fakeserver.query.match.MatchDetails;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a projection, of {@code find} or of {@code $project}. Whether it keeps or drops what it
 * names shows only on the way, so that each field is first noted and then carried out.
 */
final class ProjectionParser {

  /** What the projection does with one path. */
  @FunctionalInterface
  private interface Step {
    void apply(ProjectionNode root, List<FindOperator> afterwards);
  }

  private static final List<String> ID = List.of("_id");

  private final BsonDocument spec;
  private final ParseScope scope;
  private final QueryContext context;
  private final boolean isFind;

  private final List<Step> steps = new ArrayList<>();

  /** The paths so far, as a tree; leaves are empty. */
  private final PathTree paths = new PathTree();

  private ProjectionNode.@Nullable Kind kind;
  private boolean hasPositional;
  private boolean hasElemMatch;
  private boolean hasSlice;
  private boolean hasMeta;
  private boolean idIsNamed;
  private boolean idIsIncluded;
  private boolean idIsExcluded;

  ProjectionParser(BsonDocument spec, ParseScope scope, boolean isFind) {
    this.spec = spec;
    this.scope = scope;
    this.context = scope.context();
    this.isFind = isFind;
  }

  Projection parse() {
    if (spec.isEmpty() && !isFind) {
      throw new CommandFailure(51_272, "projection specification must have at least one field");
    }
    spec.forEach(
        (name, value) -> {
          idIsNamed |= name.equals("_id") || name.startsWith("_id.");
          element(name, value, ImmutableList.of());
        });
    ProjectionNode.Kind finalKind = kind == null ? kindByDefault() : kind;
    ProjectionNode root = new ProjectionNode(finalKind);
    if (!idIsNamed && finalKind == ProjectionNode.Kind.INCLUSION) {
      root.name(ID);
    }
    List<FindOperator> afterwards = new ArrayList<>();
    steps.forEach(step -> step.apply(root, afterwards));
    return new Projection(root, ImmutableList.copyOf(afterwards));
  }

  /** What a projection is that names no field but {@code _id}. */
  private ProjectionNode.Kind kindByDefault() {
    boolean inclusion;
    if (hasSlice) {
      inclusion = idIsIncluded;
    } else if (hasElemMatch) {
      inclusion = true;
    } else if (hasMeta) {
      inclusion = !isFind || (!idIsExcluded && idIsIncluded);
    } else {
      inclusion = idIsIncluded;
    }
    return inclusion ? ProjectionNode.Kind.INCLUSION : ProjectionNode.Kind.EXCLUSION;
  }

  private void element(String name, BsonValue value, ImmutableList<String> parent) {
    boolean positional = name.endsWith(".$");
    if (positional && !isFind) {
      throw new CommandFailure(
          31_324, "Cannot use positional projection in aggregation projection");
    }
    if (name.contains(".$.")) {
      throw new CommandFailure(
          31_394,
          "As of 4.4, it's illegal to specify positional operator in the middle of a path."
              + "Positional projection may only be used at the end, for example: a.b.$. If the"
              + " query previously used a form like a.b.$.d, remove the parts following the '$' and"
              + " the results will be equivalent.");
    }
    if (value instanceof BsonDocument object) {
      if (positional) {
        throw new CommandFailure(
            31_271, "positional projection cannot be used with an expression or sub object");
      }
      subObject(name, object, parent);
    } else if (value instanceof BsonNumber || value instanceof BsonBoolean) {
      if (Coercions.isTrue(value)) {
        inclusion(name, parent);
      } else {
        exclusion(name, positional, parent);
      }
    } else {
      if (positional) {
        throw new CommandFailure(31_308, "positional projection cannot be used with a literal");
      }
      literal(name, value, parent);
    }
  }

  private ImmutableList<String> path(String name, ImmutableList<String> parent) {
    return ImmutableList.<String>builder()
        .addAll(parent)
        .addAll(FieldPath.parse(name, context).parts())
        .build();
  }

  private void inclusion(String name, ImmutableList<String> parent) {
    boolean positional = name.endsWith(".$");
    if (positional) {
      if (hasPositional) {
        throw new CommandFailure(
            31_276, "Cannot specify more than one positional projection per query.");
      }
      if (hasElemMatch) {
        throw new CommandFailure(31_256, "Cannot specify positional operator and $elemMatch.");
      }
    }
    ImmutableList<String> path =
        path(positional ? name.substring(0, name.length() - 2) : name, parent);
    paths.add(path, parent.size());
    hasPositional |= positional;
    if (path.equals(ID) && parent.isEmpty() && !positional) {
      idIsIncluded = true;
      steps.add((root, afterwards) -> nameIfInclusion(root, path));
      return;
    }
    if (kind == ProjectionNode.Kind.EXCLUSION) {
      throw new CommandFailure(
          31_253, "Cannot do inclusion on field " + name + " in exclusion projection");
    }
    kind = ProjectionNode.Kind.INCLUSION;
    steps.add(
        (root, afterwards) -> {
          root.name(path);
          if (positional) {
            afterwards.add(FindOperator.positional(path));
          }
        });
  }

  /** Where fields are dropped by name, one that is to be kept need not be named. */
  private void nameIfInclusion(ProjectionNode root, List<String> path) {
    if (kind == ProjectionNode.Kind.INCLUSION || (kind == null && isInclusionByDefault())) {
      root.name(path);
    }
  }

  private boolean isInclusionByDefault() {
    return kindByDefault() == ProjectionNode.Kind.INCLUSION;
  }

  private void exclusion(String name, boolean positional, ImmutableList<String> parent) {
    if (positional) {
      throw new CommandFailure(31_395, "positional projection cannot be used with exclusion");
    }
    ImmutableList<String> path = path(name, parent);
    paths.add(path, parent.size());
    if (path.equals(ID) && parent.isEmpty()) {
      idIsExcluded = true;
      steps.add(
          (root, afterwards) -> {
            boolean inclusion =
                kind == ProjectionNode.Kind.INCLUSION || (kind == null && isInclusionByDefault());
            if (!inclusion) {
              root.name(path);
            }
          });
      return;
    }
    if (kind == ProjectionNode.Kind.INCLUSION) {
      throw new CommandFailure(
          31_254, "Cannot do exclusion on field " + name + " in inclusion projection");
    }
    kind = ProjectionNode.Kind.EXCLUSION;
    steps.add((root, afterwards) -> root.name(path));
  }

  private void literal(String name, BsonValue value, ImmutableList<String> parent) {
    Expression expression = Expression.parse(value, scope);
    ImmutableList<String> path = path(name, parent);
    paths.add(path, parent.size());
    if (kind == ProjectionNode.Kind.EXCLUSION) {
      throw new CommandFailure(
          31_310,
          "Cannot use an expression "
              + ElementText.field(name, value)
              + " in an exclusion projection");
    }
    kind = ProjectionNode.Kind.INCLUSION;
    steps.add((root, afterwards) -> root.compute(path, expression));
  }

  private void subObject(String name, BsonDocument object, ImmutableList<String> parent) {
    if (object.isEmpty()) {
      throw new CommandFailure(
          51_270, "An empty sub-projection is not a valid value. Found empty object at path");
    }
    ImmutableList<String> path = path(name, parent);
    boolean maybeOperator = object.size() == 1 && object.getFirstKey().startsWith("$");
    if (maybeOperator) {
      if (operator(path, object, parent)) {
        return;
      }
      requireFieldName(object.getFirstKey());
    }
    paths.addInner(path, parent.size());
    object.forEach((field, value) -> element(field, value, path));
  }

  private void requireFieldName(String first) {
    try {
      FieldPath.parse(
          first.endsWith(".$") ? first.substring(0, first.length() - 2) : first, context);
    } catch (CommandFailure noField) {
      throw new CommandFailure(31_325, "Unknown expression " + first);
    }
  }

  /** Takes the object for an operator, if it is one. */
  private boolean operator(
      ImmutableList<String> path, BsonDocument object, ImmutableList<String> parent) {
    String operator = object.getFirstKey();
    if (isFind && operator.equals("$slice")) {
      return findSlice(path, object, parent);
    }
    if (operator.equals("$elemMatch")) {
      if (!isFind) {
        throw new CommandFailure(
            ErrorCode.INVALID_PIPELINE_OPERATOR, "Cannot use $elemMatch in this context");
      }
      elemMatch(path, object, parent);
      return true;
    }
    return expression(path, object, parent);
  }

  private boolean expression(
      ImmutableList<String> path, BsonDocument object, ImmutableList<String> parent) {
    if (!Expression.isOperator(object.getFirstKey(), context)) {
      return false;
    }
    boolean meta = object.getFirstKey().equals("$meta");
    if (kind == ProjectionNode.Kind.EXCLUSION && !meta) {
      throw new CommandFailure(
          31_252, "Cannot use expression other than $meta in exclusion projection");
    }
    if (!meta && kind == null) {
      kind = ProjectionNode.Kind.INCLUSION;
    }
    Expression expression = Expression.parseOperator(object, scope);
    paths.add(path, parent.size());
    hasMeta |= meta;
    steps.add((root, afterwards) -> root.compute(path, expression));
    return true;
  }

  /** {@code $slice} as {@code find} has always known it, or else the expression of that name. */
  private boolean findSlice(
      ImmutableList<String> path, BsonDocument object, ImmutableList<String> parent) {
    CommandFailure why;
    try {
      addFindSlice(path, object, parent);
      return true;
    } catch (CommandFailure notFindSyntax) {
      why = notFindSyntax;
    }
    try {
      return expression(path, object, parent);
    } catch (CommandFailure failure) {
      throw failure.causedIn(
          "Invalid $slice syntax. The given syntax "
              + ElementText.value(object)
              + " did not match the find() syntax because :: "
              + ErrorCode.codeName(why.code(), context.version())
              + ": "
              + why.message()
              + " :: The given syntax did not match the expression $slice syntax.");
    }
  }

  private void addFindSlice(
      ImmutableList<String> path, BsonDocument object, ImmutableList<String> parent) {
    BsonValue argument = object.values().iterator().next();
    Integer skip = null;
    BsonValue limit = argument;
    if (argument instanceof BsonArray array) {
      if (array.size() != 2) {
        throw new CommandFailure(31_272, "$slice array argument should be of form [skip, limit]");
      }
      requireNumber(array.get(0), 31_257, "skip");
      requireNumber(array.get(1), 31_258, "limit");
      skip = clamped(array.get(0));
      limit = array.get(1);
      if (clamped(limit) <= 0) {
        throw new CommandFailure(31_259, "$slice limit must be positive, got " + clamped(limit));
      }
    } else if (!Numbers.isNumber(argument)) {
      throw new CommandFailure(31_273, "$slice only supports numbers and [skip, limit] arrays");
    }
    paths.add(path, parent.size());
    hasSlice = true;
    FindOperator slice = FindOperator.slice(path, skip, clamped(limit));
    steps.add(
        (root, afterwards) -> {
          nameIfInclusion(root, path);
          afterwards.add(slice);
        });
  }

  private static void requireNumber(BsonValue value, int code, String role) {
    if (!Numbers.isNumber(value)) {
      throw new CommandFailure(
          code,
          "$slice expects the %s argument to be a number, got %s"
              .formatted(role, BsonTypes.name(value)));
    }
  }

  /** The number as an int, those out of range as the nearest. */
  private static int clamped(BsonValue number) {
    double value = Numbers.toDouble(number);
    return (int) value;
  }

  private void elemMatch(
      ImmutableList<String> path, BsonDocument object, ImmutableList<String> parent) {
    BsonValue condition = object.values().iterator().next();
    if (!(condition instanceof BsonDocument)) {
      throw new CommandFailure(
          31_274,
          "elemMatch: Invalid argument, object required, but got " + BsonTypes.name(condition));
    }
    if (hasPositional) {
      throw new CommandFailure(31_255, "Cannot specify positional operator and $elemMatch.");
    }
    if (path.size() != 1 || !parent.isEmpty()) {
      throw new CommandFailure(31_275, "Cannot use $elemMatch projection on a nested field.");
    }
    String field = path.get(0);
    Matcher matcher = Matcher.parsePart(new BsonDocument(field, object), context);
    paths.add(path, 0);
    hasElemMatch = true;
    steps.add(
        (root, afterwards) ->
            root.compute(
                path, Expression.ofDocument(document -> firstMatch(document, field, matcher))));
  }

  private static @Nullable BsonValue firstMatch(
      BsonDocument document, String field, Matcher matcher) {
    MatchDetails details = matcher.match(document);
    boolean found = details.matched() && details.arrayIndex().isPresent();
    return found && document.get(field) instanceof BsonArray array
        ? new BsonArray(List.of(array.get(details.arrayIndex().getAsInt())))
        : null;
  }

  /** The paths of a projection, where none may lie within another. */
  private static final class PathTree {
    private final Map<String, PathTree> children = new LinkedHashMap<>();
    private boolean isLeaf;

    /**
     * Adds a path that nothing else may touch.
     *
     * @param known how many parts of it belong to the object in which it was written
     */
    void add(List<String> path, int known) {
      PathTree parent = descend(path, known, path.size() - 1);
      String last = path.get(path.size() - 1);
      if (parent.children.containsKey(last)) {
        throw new CommandFailure(31_250, "Path collision at " + written(path, known));
      }
      PathTree leaf = new PathTree();
      leaf.isLeaf = true;
      parent.children.put(last, leaf);
    }

    /** Adds a path below which there will be others. */
    void addInner(List<String> path, int known) {
      PathTree parent = descend(path, known, path.size() - 1);
      String last = path.get(path.size() - 1);
      PathTree child = parent.children.computeIfAbsent(last, name -> new PathTree());
      if (child.isLeaf) {
        throw new CommandFailure(31_250, "Path collision at " + written(path, known));
      }
    }

    private PathTree descend(List<String> path, int known, int depth) {
      PathTree node = this;
      for (int i = 0; i < depth; i++) {
        node = node.children.computeIfAbsent(path.get(i), name -> new PathTree());
        if (node.isLeaf) {
          List<String> relative = path.subList(known, path.size());
          throw new CommandFailure(
              31_249,
              "Path collision at %s remaining portion %s"
                  .formatted(
                      String.join(".", relative),
                      String.join(".", relative.subList(1, relative.size()))));
        }
      }
      return node;
    }

    private static String written(List<String> path, int known) {
      return String.join(".", path.subList(known, path.size()));
    }
  }
}
