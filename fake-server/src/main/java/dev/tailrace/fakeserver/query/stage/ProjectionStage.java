package dev.tailrace.fakeserver.query.stage;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.ParseScope;
import dev.tailrace.fakeserver.query.projection.Projection;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** {@code $project}, {@code $addFields} alias {@code $set}, {@code $unset}. */
final class ProjectionStage extends DocumentStage {

  private final String name;
  private final Projection projection;

  private ProjectionStage(String name, Projection projection) {
    this.name = name;
    this.projection = projection;
  }

  static Stage parseProject(BsonValue spec, QueryContext context) {
    if (!(spec instanceof BsonDocument document)) {
      throw new CommandFailure(15_969, "$project specification must be an object");
    }
    return parse("$project", () -> Projection.parseStage(document, ParseScope.of(context)));
  }

  static Stage parseAddFields(String name, BsonValue spec, QueryContext context) {
    if (!(spec instanceof BsonDocument document)) {
      throw new CommandFailure(
          40_272,
          "%s specification stage must be an object, got %s".formatted(name, BsonTypes.name(spec)));
    }
    return parse(name, () -> Projection.parseAddition(document, ParseScope.of(context)));
  }

  static Stage parseUnset(BsonValue spec, QueryContext context) {
    List<BsonValue> fields = new ArrayList<>();
    if (spec instanceof BsonString) {
      fields.add(spec);
    } else if (spec instanceof BsonArray array) {
      if (array.isEmpty()) {
        throw new CommandFailure(
            31_119, "$unset specification must be a string or an array with at least one field");
      }
      fields.addAll(array);
    } else {
      throw new CommandFailure(31_002, "$unset specification must be a string or an array");
    }
    BsonDocument exclusion = new BsonDocument();
    for (BsonValue field : fields) {
      if (!(field instanceof BsonString path)) {
        throw new CommandFailure(
            31_120,
            "$unset specification must be a string or an array containing only string values");
      }
      exclusion.append(path.getValue(), BsonBoolean.FALSE);
    }
    return parse("$unset", () -> Projection.parseStage(exclusion, ParseScope.of(context)));
  }

  private static Stage parse(String name, Supplier<Projection> projection) {
    try {
      return new ProjectionStage(name, projection.get());
    } catch (CommandFailure failure) {
      throw failure.causedIn("Invalid " + name);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public BsonDocument apply(BsonDocument document) {
    return projection.apply(document);
  }

  @Override
  public Stage optimized() {
    return new ProjectionStage(name, projection.optimized());
  }

  @Override
  boolean needsTextScore() {
    boolean[] needed = {false};
    projection.forEachExpression(expression -> needed[0] |= expression.needsTextScore());
    return needed[0];
  }
}
