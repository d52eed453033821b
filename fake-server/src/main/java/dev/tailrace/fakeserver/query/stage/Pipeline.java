package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;

/**
 * A parsed pipeline: a list of stages. Immutable, but for what draws from the context's source of
 * chance.
 *
 * <p>As in the server, {@link #parse} refuses what is malformed, {@link #requirePositions} what
 * stands in the wrong place, and {@link #optimized} fails where a constant expression does. The
 * stages are those the server has made of what was written: {@code $count}, for instance, is a
 * {@code $group} and a {@code $project}.
 */
public final class Pipeline {

  private static final ImmutableSet<String> ONLY_FIRST =
      ImmutableSet.of(
          "$changeStream",
          "$collStats",
          "$currentOp",
          "$documents",
          "$geoNear",
          "$indexStats",
          "$listCatalog",
          "$listClusterCatalog",
          "$listLocalSessions",
          "$listSampledQueries",
          "$listSearchIndexes",
          "$listSessions",
          "$planCacheStats",
          "$querySettings",
          "$queryStats",
          "$rankFusion",
          "$scoreFusion",
          "$search",
          "$searchMeta",
          "$shardedDataDistribution",
          "$vectorSearch");

  private static final ImmutableSet<String> ONLY_LAST = ImmutableSet.of("$merge", "$out");

  private final ServerVersion version;
  private final ImmutableList<Stage> stages;

  private Pipeline(ServerVersion version, ImmutableList<Stage> stages) {
    this.version = version;
    this.stages = stages;
  }

  /**
   * Parses the stages of a pipeline.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static Pipeline parse(BsonArray pipeline, PipelineContext context) {
    List<BsonDocument> documents = new ArrayList<>();
    for (BsonValue stage : pipeline) {
      if (!(stage instanceof BsonDocument document)) {
        throw new CommandFailure(
            ErrorCode.TYPE_MISMATCH, "Each element of the 'pipeline' array must be an object");
      }
      documents.add(document);
    }
    return parse(documents, context);
  }

  /** As {@link #parse(BsonArray, PipelineContext)}. */
  public static Pipeline parse(List<BsonDocument> pipeline, PipelineContext context) {
    ImmutableList.Builder<Stage> stages = ImmutableList.builder();
    for (BsonDocument stage : pipeline) {
      if (stage.size() != 1) {
        throw new CommandFailure(
            40_323, "A pipeline stage specification object must contain exactly one field.");
      }
      String name = stage.getFirstKey();
      stages.addAll(StageTable.parse(name, stage.get(name, BsonNull.VALUE), context));
    }
    return new Pipeline(context.query().version(), stages.build());
  }

  /** The stages, in order. */
  public ImmutableList<Stage> stages() {
    return stages;
  }

  /** The pipeline without its first so many stages. */
  public Pipeline from(int first) {
    return new Pipeline(version, stages.subList(first, stages.size()));
  }

  /** The pipeline up to a stage, without it. */
  public Pipeline upTo(int end) {
    return new Pipeline(version, stages.subList(0, end));
  }

  /**
   * Refuses stages that stand where they must not.
   *
   * @throws CommandFailure as the server would
   */
  public Pipeline requirePositions() {
    for (int i = 0; i < stages.size(); i++) {
      String name = stages.get(i).name();
      if (i > 0 && ONLY_FIRST.contains(name)) {
        throw notFirst(name, version);
      }
      if (i < stages.size() - 1 && ONLY_LAST.contains(name)) {
        throw new CommandFailure(40_601, name + " can only be the final stage in the pipeline");
      }
    }
    return this;
  }

  /** The refusal of a stage that had to be the first one. */
  public static CommandFailure notFirst(String name, ServerVersion version) {
    return new CommandFailure(
        40_602,
        name
            + " is only valid as the first stage in a pipeline"
            + (version.atLeast(6, 0) ? "" : "."));
  }

  /** Refuses stages that a pipeline within a stage must not have. */
  void requireSubPipeline() {
    for (Stage stage : stages) {
      if (stage.name().equals("$out") || stage.name().equals("$merge")) {
        throw new CommandFailure(
            51_047, stage.name() + " is not allowed within a $lookup's sub-pipeline");
      }
    }
    requirePositions();
  }

  /**
   * The same pipeline with its constant expressions computed.
   *
   * @throws CommandFailure if one of them fails
   */
  public Pipeline optimized() {
    if (stages.stream().anyMatch(Stage::needsTextScore)) {
      throw new CommandFailure(
          40_218, "pipeline requires text score metadata, but there is no text score available");
    }
    ImmutableList.Builder<Stage> optimized = ImmutableList.builder();
    for (int i = 0; i < stages.size(); i++) {
      try {
        Stage stage = stages.get(i).optimized();
        optimized.add(stage instanceof ReplaceRootStage replace ? withPaths(replace, i) : stage);
      } catch (CommandFailure failure) {
        throw failure.causedIn("Failed to optimize pipeline");
      }
    }
    return new Pipeline(version, optimized.build());
  }

  /** Tells a stage which fields the server reads up to it, as an error of the stage shows them. */
  private Stage withPaths(ReplaceRootStage replace, int index) {
    Set<String> paths = new LinkedHashSet<>();
    for (Stage before : stages.subList(0, index)) {
      Optional<Consumer<Consumer<String>>> read = before.pathsOfUnchanged();
      if (read.isEmpty()) {
        return replace;
      }
      read.get().accept(paths::add);
    }
    replace.forEachPath(paths::add);
    return replace.reading(paths);
  }

  /**
   * Runs documents through all stages.
   *
   * @throws CommandFailure here or from the iterator, if the server would fail
   */
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    Iterator<BsonDocument> documents = input;
    for (Stage stage : stages) {
      documents = stage.run(documents);
    }
    return documents;
  }
}
