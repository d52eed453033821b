package dev.tailrace.fakeserver.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.match.MatchDetails;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.projection.Projection;
import dev.tailrace.fakeserver.query.sort.SortOrder;
import dev.tailrace.fakeserver.query.stage.CommandStage;
import dev.tailrace.fakeserver.query.stage.Pipeline;
import dev.tailrace.fakeserver.query.stage.PipelineContext;
import dev.tailrace.fakeserver.query.update.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

/** Whatever is asked, the answer is a value or a {@link CommandFailure}; and it comes. */
class RobustnessTest {

  private static final int TRIES = 20_000;

  private static final List<String> FILTER_OPERATORS =
      List.of(
          "$and",
          "$or",
          "$nor",
          "$not",
          "$eq",
          "$ne",
          "$gt",
          "$gte",
          "$lt",
          "$lte",
          "$in",
          "$nin",
          "$exists",
          "$type",
          "$mod",
          "$regex",
          "$options",
          "$all",
          "$elemMatch",
          "$size",
          "$bitsAllSet",
          "$bitsAnyClear",
          "$jsonSchema",
          "$expr",
          "$comment",
          "$where",
          "$text",
          "$near",
          "$ref",
          "$id",
          "$db",
          "$sampleRate",
          "$alwaysTrue",
          "properties",
          "items",
          "required",
          "bsonType",
          "minimum",
          "pattern",
          "dependencies",
          "enum",
          "$add");

  private static final List<String> UPDATE_OPERATORS =
      List.of(
          "$set",
          "$unset",
          "$inc",
          "$mul",
          "$min",
          "$max",
          "$rename",
          "$bit",
          "$push",
          "$addToSet",
          "$pop",
          "$pull",
          "$pullAll",
          "$currentDate",
          "$setOnInsert",
          "$each",
          "$slice",
          "$sort",
          "$position",
          "$type",
          "and",
          "or",
          "a.$",
          "a.$[]",
          "a.$[e]",
          "$gt",
          "a.0",
          "a.b.c",
          "_id",
          "_id.x");

  /** Stages that could make sense, depending on what stands for each question mark. */
  private static final List<String> STAGES =
      List.of(
          "{$match: '?'}",
          "{$match: {a: '?'}}",
          "{$project: '?'}",
          "{$project: {a: '?', b: 1}}",
          "{$addFields: {'a.b': '?'}}",
          "{$set: '?'}",
          "{$unset: '?'}",
          "{$replaceRoot: {newRoot: '?'}}",
          "{$replaceWith: '?'}",
          "{$redact: '?'}",
          "{$redact: {$cond: ['?', '$$DESCEND', '$$PRUNE']}}",
          "{$sort: '?'}",
          "{$sort: {a: 1, 'b.c': -1}}",
          "{$skip: '?'}",
          "{$limit: '?'}",
          "{$group: {_id: '?', x: {$sum: '?'}, y: {$push: '?'}, z: '?'}}",
          "{$unwind: '?'}",
          "{$unwind: {path: '$a', includeArrayIndex: 'i', preserveNullAndEmptyArrays: '?'}}",
          "{$count: '?'}",
          "{$sortByCount: '?'}",
          "{$sortByCount: {$add: ['?', '?']}}",
          "{$bucket: {groupBy: '$a', boundaries: ['?', '?'], default: '?'}}",
          "{$bucketAuto: {groupBy: '?', buckets: '?'}}",
          "{$bucketAuto: {groupBy: {$max: ['$a', '?']}, buckets: 2, output: '?'}}",
          "{$facet: '?'}",
          "{$facet: {f: [{$match: '?'}], g: []}}",
          "{$lookup: '?'}",
          "{$lookup: {from: 'b', localField: 'a', foreignField: 'b', as: 'c'}}",
          "{$lookup: {from: 'b', let: {v: '?'}, pipeline: [{$match: '?'}], as: 'c'}}",
          "{$graphLookup: {from: 'b', startWith: '?', connectFromField: 'a',"
              + " connectToField: 'b', as: 'c', maxDepth: '?'}}",
          "{$sample: {size: '?'}}",
          "{$unionWith: '?'}",
          "{$unionWith: {coll: 'b', pipeline: [{$project: '?'}]}}",
          "{$documents: '?'}",
          "{$out: '?'}",
          "{$merge: '?'}",
          "{$merge: {into: 'b', whenMatched: '?'}}");

  @Test
  void filters() {
    forAll(
        FILTER_OPERATORS,
        (random, context) -> {
          Matcher matcher = Matcher.parse(random.document(4), context);
          matcher.match(random.document(3));
          matcher.idEquality();
        });
  }

  @Test
  void updates() {
    forAll(
        UPDATE_OPERATORS,
        (random, context) -> {
          BsonValue written = random.value(3);
          boolean isReplacement =
              written instanceof BsonDocument document
                  && (document.isEmpty() || !document.getFirstKey().startsWith("$"));
          BsonArray filters =
              isReplacement // Which takes none.
                  ? new BsonArray()
                  : new BsonArray(List.of(new BsonDocument("e", random.value(1))));
          Update update = Update.parse(written, filters, context);
          update.apply(random.document(3), MatchDetails.PLAIN);
          update.upsert(Matcher.parse(random.document(2), context));
        });
  }

  @Test
  void expressions() {
    forAll(
        ExpressionNames.ALL,
        (random, context) -> {
          Expression expression = Expression.parse(random.value(4), context);
          BsonDocument document = random.document(2);
          try {
            expression.evaluate(document);
          } finally {
            expression.optimized().evaluate(document);
          }
        });
  }

  @Test
  void projections() {
    List<String> operators = new ArrayList<>(ExpressionNames.ALL);
    operators.addAll(List.of("$slice", "$elemMatch", "a.$", "$meta", "$gt"));
    forAll(
        operators,
        (random, context) -> {
          Projection projection = Projection.parse(random.document(3), context);
          projection.apply(random.document(3), MatchDetails.PLAIN);
        });
  }

  @Test
  void sortOrders() {
    forAll(
        List.of("$meta"),
        (random, context) -> {
          SortOrder order = SortOrder.parse(random.document(1), context);
          order.sort(List.of(random.document(3), random.document(3), random.document(3)));
        });
  }

  @Test
  void pipelines() {
    List<String> operators = new ArrayList<>(ExpressionNames.ALL);
    operators.addAll(FILTER_OPERATORS);
    forAll(
        operators,
        (random, context) -> {
          BsonArray stages = new BsonArray();
          stages.add(filledIn(BsonDocument.parse(random.any(STAGES)), random));
          stages.add(filledIn(BsonDocument.parse(random.any(STAGES)), random));
          List<BsonDocument> documents = List.of(random.document(3), random.document(3));
          PipelineContext around = new PipelineContext(context, (database, name) -> documents);
          Pipeline pipeline = Pipeline.parse(stages, around).requirePositions().optimized();
          int own = 0;
          while (own < pipeline.stages().size()
              && !(pipeline.stages().get(own) instanceof CommandStage)) {
            own++;
          }
          pipeline.upTo(own).run(documents.iterator()).forEachRemaining(result -> {});
        });
  }

  /** The shape with something at random for each of its question marks. */
  private static BsonValue filledIn(BsonValue shape, RandomBson random) {
    if (shape instanceof BsonDocument document) {
      document.replaceAll((name, value) -> filledIn(value, random));
    } else if (shape instanceof BsonArray array) {
      array.replaceAll(value -> filledIn(value, random));
    }
    return shape.equals(new BsonString("?")) ? random.value(3) : shape;
  }

  /** Tries something with many seeds on every release, and wants some of it to succeed. */
  private static void forAll(List<String> operators, BiConsumer<RandomBson, QueryContext> work) {
    int succeeded = 0;
    for (int seed = 0; seed < TRIES; seed++) {
      ServerVersion version = ServerVersion.ALL.get(seed % ServerVersion.ALL.size());
      try {
        work.accept(new RandomBson(seed, operators), QueryContext.of(version));
        succeeded++;
      } catch (CommandFailure expected) {
        assertThat(expected.message()).as("seed %d", seed).isNotEmpty();
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + " on " + version, e);
      }
    }
    assertThat(succeeded).as("how many made sense").isGreaterThan(TRIES / 200);
  }
}
