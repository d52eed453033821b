package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.MatchDetails;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.stage.Pipeline;
import dev.tailrace.fakeserver.query.stage.PipelineContext;
import dev.tailrace.fakeserver.query.stage.Stage;
import java.util.Collections;
import org.bson.BsonArray;
import org.bson.BsonDocument;

/** An update by an aggregation pipeline. */
final class PipelineUpdate extends Update {

  private static final ImmutableSet<String> ALLOWED =
      ImmutableSet.of("$addFields", "$project", "$replaceRoot", "$replaceWith", "$set", "$unset");

  private final Pipeline pipeline;
  private final StorageRules rules;

  private PipelineUpdate(Pipeline pipeline, StorageRules rules) {
    this.pipeline = pipeline;
    this.rules = rules;
  }

  static Update parse(BsonArray stages, QueryContext context) {
    Pipeline pipeline = Pipeline.parse(stages, PipelineContext.of(context));
    for (Stage stage : pipeline.stages()) {
      if (!ALLOWED.contains(stage.name())) {
        throw new CommandFailure(
            ErrorCode.INVALID_OPTIONS,
            stage.name() + " is not allowed to be used within an update");
      }
    }
    return new PipelineUpdate(pipeline, new StorageRules(context));
  }

  @Override
  public Kind kind() {
    return Kind.PIPELINE;
  }

  @Override
  public Applied apply(BsonDocument before, MatchDetails details) {
    BsonDocument after = pipeline.run(Collections.singleton(before).iterator()).next();
    return ReplacementUpdate.replace(before, after, true, rules);
  }

  @Override
  public BsonDocument upsert(Matcher filter) {
    return apply(UpsertFields.all(filter), MatchDetails.PLAIN).after();
  }
}
