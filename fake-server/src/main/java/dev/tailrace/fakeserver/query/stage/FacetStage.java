package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.expression.FieldPath;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** {@code {$facet: {name: PIPELINE, ...}}}: several pipelines over the same documents. */
final class FacetStage extends Stage {

  private static final ImmutableSet<String> FORBIDDEN =
      ImmutableSet.of(
          "$changeStream",
          "$collStats",
          "$currentOp",
          "$documents",
          "$facet",
          "$geoNear",
          "$indexStats",
          "$listLocalSessions",
          "$listSessions",
          "$merge",
          "$out",
          "$planCacheStats");

  private final ImmutableMap<String, Pipeline> facets;

  private FacetStage(ImmutableMap<String, Pipeline> facets) {
    this.facets = facets;
  }

  static Stage parse(BsonValue spec, PipelineContext context) {
    if (!(spec instanceof BsonDocument document) || document.isEmpty()) {
      throw new CommandFailure(40_169, "the $facet specification must be a non-empty object");
    }
    ImmutableMap.Builder<String, Pipeline> facets = ImmutableMap.builder();
    document.forEach(
        (name, value) -> {
          FieldPath.requireFieldName(name, context.query());
          facets.put(name, facet(name, value, spec, context));
        });
    return new FacetStage(facets.buildOrThrow());
  }

  private static Pipeline facet(
      String name, BsonValue value, BsonValue spec, PipelineContext context) {
    if (!(value instanceof BsonArray array)) {
      throw new CommandFailure(
          40_170,
          "arguments to $facet must be arrays, %s is type %s"
              .formatted(name, BsonTypes.name(value)));
    }
    for (BsonValue stage : array) {
      if (!(stage instanceof BsonDocument object)) {
        throw new CommandFailure(
            40_171,
            "elements of arrays in $facet spec must be non-empty objects, %s argument contained an element of type %s: %s"
                .formatted(name, BsonTypes.name(stage), ElementText.value(stage)));
      }
      if (!object.isEmpty() && FORBIDDEN.contains(object.getFirstKey())) {
        boolean isStream = object.getFirstKey().equals("$changeStream");
        throw new CommandFailure(
            40_600,
            object.getFirstKey()
                + " is not allowed to be used within a $facet stage"
                + (isStream ? "" : ": " + ElementText.field("$facet", spec)));
      }
    }
    return Pipeline.parse(array, context);
  }

  @Override
  public String name() {
    return "$facet";
  }

  @Override
  public Stage optimized() {
    ImmutableMap.Builder<String, Pipeline> optimized = ImmutableMap.builder();
    facets.forEach((name, pipeline) -> optimized.put(name, pipeline.optimized()));
    return new FacetStage(optimized.buildOrThrow());
  }

  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    List<BsonDocument> all = ImmutableList.copyOf(input);
    BsonDocument result = new BsonDocument();
    facets.forEach(
        (name, pipeline) -> {
          BsonArray documents = new BsonArray();
          pipeline.run(all.iterator()).forEachRemaining(documents::add);
          result.append(name, documents);
        });
    return Collections.singleton(result).iterator();
  }
}
