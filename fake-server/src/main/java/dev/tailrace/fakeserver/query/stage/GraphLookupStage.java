package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.expression.FieldPath;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code $graphLookup}: what can be reached in a collection from each document, step by step. */
final class GraphLookupStage extends DocumentStage {

  private final String from;
  private final ImmutableList<String> as;
  private final Expression startWith;
  private final ImmutableList<String> connectFrom;
  private final String connectTo;
  private final long maxDepth;
  private final @Nullable ImmutableList<String> depthField;
  private final BsonDocument restriction;
  private final PipelineContext context;

  private GraphLookupStage(
      Map<String, String> names,
      Expression startWith,
      long maxDepth,
      BsonDocument restriction,
      PipelineContext context) {
    QueryContext query = context.query();
    this.from = names.getOrDefault("from", "");
    this.as = FieldPath.parse(names.getOrDefault("as", ""), query).parts();
    this.startWith = startWith;
    this.connectFrom = FieldPath.parse(names.getOrDefault("connectFromField", ""), query).parts();
    this.connectTo = FieldPath.parse(names.getOrDefault("connectToField", ""), query).toString();
    this.maxDepth = maxDepth;
    String depth = names.get("depthField");
    this.depthField = depth == null ? null : FieldPath.parse(depth, query).parts();
    this.restriction = restriction;
    this.context = context;
  }

  private GraphLookupStage(GraphLookupStage original, Expression startWith) {
    this.from = original.from;
    this.as = original.as;
    this.startWith = startWith;
    this.connectFrom = original.connectFrom;
    this.connectTo = original.connectTo;
    this.maxDepth = original.maxDepth;
    this.depthField = original.depthField;
    this.restriction = original.restriction;
    this.context = original.context;
  }

  static Stage parse(BsonValue spec, PipelineContext context) {
    if (!(spec instanceof BsonDocument options)) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          "the $graphLookup stage specification must be an object, but found "
              + BsonTypes.name(spec));
    }
    Map<String, String> names = new LinkedHashMap<>();
    Expression startWith = null;
    long maxDepth = Long.MAX_VALUE;
    BsonDocument restriction = new BsonDocument();
    for (Map.Entry<String, BsonValue> option : options.entrySet()) {
      String name = option.getKey();
      BsonValue value = option.getValue();
      switch (name) {
        case "startWith" -> startWith = Expression.parse(value, context.query());
        case "maxDepth" -> maxDepth = maxDepth(value);
        case "restrictSearchWithMatch" -> {
          if (!(value instanceof BsonDocument filter)) {
            throw new CommandFailure(
                40_185,
                "restrictSearchWithMatch must be an object, found " + BsonTypes.name(value));
          }
          Matcher.parseStage(filter, context.query());
          restriction = filter;
        }
        case "from", "as", "connectFromField", "connectToField", "depthField" ->
            names.put(name, string(name, value));
        default -> throw new CommandFailure(40_104, "Unknown argument to $graphLookup: " + name);
      }
    }
    List<String> required = List.of("from", "as", "connectFromField", "connectToField");
    if (startWith == null || !names.keySet().containsAll(required)) {
      throw new CommandFailure(
          40_105,
          "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and"
              + " 'connectToField' to be specified.");
    }
    return new GraphLookupStage(names, startWith, maxDepth, restriction, context);
  }

  private static long maxDepth(BsonValue value) {
    if (!Numbers.isNumber(value)) {
      throw new CommandFailure(
          40_100, "maxDepth requires a numeric argument, found type: " + BsonTypes.name(value));
    }
    double number = Numbers.toDouble(value);
    if (number < 0) {
      throw new CommandFailure(
          40_101, "maxDepth requires a nonnegative argument, found: " + number);
    }
    if (!Numbers.isLong(value)) {
      throw new CommandFailure(
          40_102, "maxDepth could not be represented as a long long: " + number);
    }
    return Numbers.toLong(value);
  }

  private static String string(String name, BsonValue value) {
    if (!(value instanceof BsonString string)) {
      throw new CommandFailure(
          40_103, "expected string as argument for " + name + ", found: " + BsonTypes.name(value));
    }
    return string.getValue();
  }

  @Override
  public String name() {
    return "$graphLookup";
  }

  @Override
  public Stage optimized() {
    return new GraphLookupStage(this, startWith.optimized());
  }

  @Override
  public BsonDocument apply(BsonDocument document) {
    BsonOrder order = context.query().order();
    Set<BsonOrder.Key> seen = new HashSet<>();
    Deque<BsonValue> frontier = new ArrayDeque<>();
    addTo(frontier, startWith.evaluate(document), seen, order);
    Map<BsonOrder.Key, BsonDocument> reached = new LinkedHashMap<>();
    for (long depth = 0; depth <= maxDepth && !frontier.isEmpty(); depth++) {
      List<BsonDocument> found = search(frontier);
      frontier.clear();
      for (BsonDocument each : found) {
        BsonOrder.Key id = order.key(each.get("_id"));
        if (!reached.containsKey(id)) {
          reached.put(id, withDepth(each, depth));
          next(each, connectFrom).forEach(value -> addTo(frontier, value, seen, order));
        }
      }
    }
    return Documents.with(document, as, new BsonArray(List.copyOf(reached.values())));
  }

  private BsonDocument withDepth(BsonDocument document, long depth) {
    return depthField == null
        ? document
        : Documents.with(document, depthField, new BsonInt64(depth));
  }

  /** Adds a value, or the elements of an array, unless they were there before. */
  private static void addTo(
      Deque<BsonValue> frontier,
      @Nullable BsonValue value,
      Set<BsonOrder.Key> seen,
      BsonOrder order) {
    List<BsonValue> values =
        value instanceof BsonArray array ? array : List.of(value == null ? BsonNull.VALUE : value);
    for (BsonValue each : values) {
      if (seen.add(order.key(each))) {
        frontier.add(each);
      }
    }
  }

  private List<BsonDocument> search(Deque<BsonValue> frontier) {
    BsonArray alternatives = new BsonArray();
    frontier.forEach(
        value -> alternatives.add(new BsonDocument(connectTo, new BsonDocument("$eq", value))));
    BsonDocument filter = new BsonDocument("$or", alternatives);
    Matcher matcher =
        Matcher.parse(
            restriction.isEmpty()
                ? filter
                : new BsonDocument("$and", new BsonArray(List.of(restriction, filter))),
            context.query());
    List<BsonDocument> found = new ArrayList<>();
    for (BsonDocument candidate : context.collections().documents("", from)) {
      if (matcher.matches(candidate)) {
        found.add(candidate);
      }
    }
    return found;
  }

  /** The values that a document leads on to: none if the field is missing. */
  private static List<BsonValue> next(@Nullable BsonValue value, List<String> path) {
    if (value instanceof BsonArray array && !path.isEmpty()) {
      List<BsonValue> values = new ArrayList<>();
      array.forEach(element -> values.addAll(next(element, path)));
      return values;
    }
    if (value == null) {
      return List.of();
    }
    if (path.isEmpty()) {
      return List.of(value);
    }
    return value instanceof BsonDocument document
        ? next(document.get(path.get(0)), path.subList(1, path.size()))
        : List.of();
  }
}
