package dev.tailrace.fakeserver.query.stage;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Stages that the server takes for others: {@code $count}, {@code $sortByCount}, {@code $bucket}.
 */
final class GroupShorthands {

  private static final BsonDocument ONE_EACH = new BsonDocument("$sum", new BsonInt32(1));

  private GroupShorthands() {}

  static List<Stage> parseCount(BsonValue spec, QueryContext context) {
    if (!(spec instanceof BsonString string)) {
      throw new CommandFailure(40_156, "the count field must be a non-empty string");
    }
    String field = string.getValue();
    if (field.isEmpty()) {
      throw new CommandFailure(40_157, "the count field must be a non-empty string");
    }
    if (field.startsWith("$")) {
      throw new CommandFailure(40_158, "the count field cannot be a $-prefixed path");
    }
    if (field.indexOf('\0') >= 0) {
      throw new CommandFailure(40_159, "the count field cannot contain a null byte");
    }
    if (field.indexOf('.') >= 0) {
      throw new CommandFailure(40_160, "the count field cannot contain '.'");
    }
    return List.of(
        GroupStage.parse(new BsonDocument("_id", BsonNull.VALUE).append(field, ONE_EACH), context),
        ProjectionStage.parseProject(new BsonDocument("_id", new BsonInt32(0)), context));
  }

  static List<Stage> parseSortByCount(BsonValue spec, QueryContext context) {
    if (spec instanceof BsonDocument object) {
      boolean operator = !object.isEmpty() && object.getFirstKey().startsWith("$");
      if (!operator) {
        throw new CommandFailure(
            40_147,
            "the sortByCount field must be defined as a $-prefixed path or an expression inside an"
                + " object");
      }
    } else if (spec instanceof BsonString path) {
      if (!path.getValue().startsWith("$")) {
        throw new CommandFailure(
            40_148,
            "the sortByCount field must be defined as a $-prefixed path or an expression inside an"
                + " object");
      }
    } else {
      throw new CommandFailure(
          40_149, "the sortByCount field must be specified as a string or as an object");
    }
    return List.of(
        GroupStage.parse(new BsonDocument("_id", spec).append("count", ONE_EACH), context),
        SortStage.parse(new BsonDocument("count", new BsonInt32(-1)), context));
  }

  static List<Stage> parseBucket(BsonValue spec, QueryContext context) {
    if (!(spec instanceof BsonDocument options)) {
      throw new CommandFailure(
          40_201,
          "Argument to $bucket stage must be an object, but found type: "
              + BsonTypes.name(spec)
              + ".");
    }
    BsonDocument group = new BsonDocument("_id", BsonNull.VALUE);
    BsonArray boundaries = new BsonArray();
    BsonValue otherwise = null;
    BsonDocument output = new BsonDocument("count", ONE_EACH);
    for (Map.Entry<String, BsonValue> option : options.entrySet()) {
      BsonValue value = option.getValue();
      switch (option.getKey()) {
        case "groupBy" -> requireGroupBy(value, 40_202, "$bucket");
        case "boundaries" -> boundaries = boundaries(value, context);
        case "default" -> otherwise = constant(value, context);
        case "output" -> {
          if (!(value instanceof BsonDocument fields)) {
            throw new CommandFailure(
                40_196,
                "The $bucket 'output' field must be an object, but found type: "
                    + BsonTypes.name(value)
                    + ".");
          }
          output = fields;
        }
        default ->
            throw new CommandFailure(
                40_197, "Unrecognized option to $bucket: " + option.getKey() + ".");
      }
    }
    BsonValue groupBy = options.get("groupBy");
    if (groupBy == null || boundaries.isEmpty()) {
      throw new CommandFailure(
          40_198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
    }
    if (otherwise != null) {
      requireOutside(otherwise, boundaries, context);
    }
    group.put("_id", bucketOf(groupBy, boundaries, otherwise));
    output.forEach(group::append);
    return List.of(
        GroupStage.parse(group, context),
        SortStage.parse(new BsonDocument("_id", new BsonInt32(1)), context));
  }

  static void requireGroupBy(BsonValue value, int code, String stage) {
    boolean path = value instanceof BsonString string && string.getValue().startsWith("$");
    boolean expression =
        value instanceof BsonDocument object
            && !object.isEmpty()
            && object.getFirstKey().startsWith("$");
    if (!path && !expression) {
      throw new CommandFailure(
          code,
          "The %s 'groupBy' field must be defined as a $-prefixed path or an expression object, but found: %s."
              .formatted(stage, ValueText.value(value)));
    }
  }

  private static BsonArray boundaries(BsonValue value, QueryContext context) {
    if (!(value instanceof BsonArray array)) {
      throw new CommandFailure(
          40_200,
          "The $bucket 'boundaries' field must be an array, but found type: "
              + BsonTypes.name(value)
              + ".");
    }
    BsonArray boundaries = new BsonArray();
    for (BsonValue element : array) {
      Expression expression = Expression.parse(element, context).optimized();
      if (!expression.isConstant()) {
        throw new CommandFailure(
            40_191,
            "The $bucket 'boundaries' field must be an array of constant values, but found value: "
                + ValueText.value(element)
                + ".");
      }
      BsonValue constant = expression.evaluate(new BsonDocument());
      boundaries.add(constant == null ? BsonNull.VALUE : constant);
    }
    if (boundaries.size() < 2) {
      throw new CommandFailure(
          40_192,
          "The $bucket 'boundaries' field must have at least 2 values, but found "
              + boundaries.size()
              + " value(s).");
    }
    for (int i = 1; i < boundaries.size(); i++) {
      requireAscending(boundaries.get(i - 1), boundaries.get(i), i, context);
    }
    return boundaries;
  }

  private static void requireAscending(
      BsonValue lower, BsonValue upper, int index, QueryContext context) {
    if (BsonTypes.orderClass(lower) != BsonTypes.orderClass(upper)) {
      throw new CommandFailure(
          40_193,
          "All values in the the 'boundaries' option to $bucket must have the same type. Found conflicting types %s and %s."
              .formatted(BsonTypes.name(lower), BsonTypes.name(upper)));
    }
    if (context.order().compare(lower, upper) >= 0) {
      throw new CommandFailure(
          40_194,
          "The 'boundaries' option to $bucket must be sorted, but elements %d and %d are not in ascending order (%s is not less than %s)."
              .formatted(index - 1, index, ValueText.value(lower), ValueText.value(upper)));
    }
  }

  private static BsonValue constant(BsonValue value, QueryContext context) {
    Expression expression = Expression.parse(value, context).optimized();
    if (!expression.isConstant()) {
      throw new CommandFailure(
          40_195,
          "The $bucket 'default' field must be a constant value, but found: "
              + ValueText.value(value)
              + ".");
    }
    BsonValue constant = expression.evaluate(new BsonDocument());
    return constant == null ? BsonNull.VALUE : constant;
  }

  private static void requireOutside(
      BsonValue otherwise, BsonArray boundaries, QueryContext context) {
    boolean below = context.order().compare(otherwise, boundaries.get(0)) < 0;
    BsonValue highest = boundaries.get(boundaries.size() - 1);
    if (!below && context.order().compare(otherwise, highest) < 0) {
      throw new CommandFailure(
          40_199,
          "The $bucket 'default' field must be less than the lowest boundary or greater than or"
              + " equal to the highest boundary.");
    }
  }

  /** An expression for the lower boundary of the bucket that a value falls into. */
  private static BsonDocument bucketOf(
      BsonValue groupBy, BsonArray boundaries, @Nullable BsonValue otherwise) {
    BsonArray branches = new BsonArray();
    for (int i = 0; i + 1 < boundaries.size(); i++) {
      BsonValue lower = literal(boundaries.get(i));
      BsonValue upper = literal(boundaries.get(i + 1));
      BsonDocument within =
          new BsonDocument(
              "$and",
              new BsonArray(
                  List.of(
                      new BsonDocument("$gte", new BsonArray(List.of(groupBy, lower))),
                      new BsonDocument("$lt", new BsonArray(List.of(groupBy, upper))))));
      branches.add(new BsonDocument("case", within).append("then", lower));
    }
    BsonDocument argument = new BsonDocument("branches", branches);
    if (otherwise != null) {
      argument.append("default", literal(otherwise));
    }
    return new BsonDocument("$switch", argument);
  }

  private static BsonDocument literal(BsonValue value) {
    return new BsonDocument("$literal", value);
  }
}
