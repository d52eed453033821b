package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.Iterators;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** {@code $unionWith}: the documents, and after them those of another collection. */
final class UnionWithStage extends Stage {

  private final String collection;
  private final Pipeline pipeline;
  private final PipelineContext context;

  private UnionWithStage(String collection, Pipeline pipeline, PipelineContext context) {
    this.collection = collection;
    this.pipeline = pipeline;
    this.context = context;
  }

  static Stage parse(BsonValue spec, PipelineContext context) {
    if (spec instanceof BsonString name) {
      return new UnionWithStage(name.getValue(), Pipeline.parse(new BsonArray(), context), context);
    }
    if (!(spec instanceof BsonDocument options)) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          "the $unionWith stage specification must be an object or string, but found "
              + BsonTypes.name(spec));
    }
    String collection = "";
    BsonArray pipeline = new BsonArray();
    for (Map.Entry<String, BsonValue> option : options.entrySet()) {
      switch (option.getKey()) {
        case "coll" -> {
          if (!(option.getValue() instanceof BsonString name)) {
            throw wrongType("coll", option.getValue(), "string");
          }
          collection = name.getValue();
        }
        case "pipeline" -> {
          if (!(option.getValue() instanceof BsonArray array)) {
            throw wrongType("pipeline", option.getValue(), "array");
          }
          pipeline = array;
        }
        default ->
            throw new CommandFailure(
                40_415, "BSON field '$unionWith." + option.getKey() + "' is an unknown field.");
      }
    }
    Pipeline parsed = Pipeline.parse(pipeline, context);
    boolean documents =
        !parsed.stages().isEmpty() && parsed.stages().get(0) instanceof DocumentsStage;
    if (collection.isEmpty() && !documents) {
      throw new CommandFailure(
          40_414, "BSON field '$unionWith.coll' is missing but a required field");
    }
    parsed.requireSubPipeline();
    return new UnionWithStage(collection, parsed, context);
  }

  private static CommandFailure wrongType(String field, BsonValue value, String expected) {
    return new CommandFailure(
        ErrorCode.TYPE_MISMATCH,
        "BSON field '$unionWith.%s' is the wrong type '%s', expected type '%s'"
            .formatted(field, BsonTypes.name(value), expected));
  }

  @Override
  public String name() {
    return "$unionWith";
  }

  @Override
  public Stage optimized() {
    return new UnionWithStage(collection, pipeline.optimized(), context);
  }

  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    Iterable<BsonDocument> others =
        collection.isEmpty() ? List.of() : context.collections().documents("", collection);
    return Iterators.concat(input, pipeline.run(others.iterator()));
  }
}
