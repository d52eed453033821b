package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import java.util.List;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** All stages by name, with the release that brought each. */
final class StageTable {

  /** Reads a stage's argument; some stages are short for several. */
  @FunctionalInterface
  private interface Parser {
    List<Stage> parse(BsonValue spec, PipelineContext context);
  }

  @FunctionalInterface
  private interface PlainParser {
    Stage parse(BsonValue spec, QueryContext context);
  }

  @FunctionalInterface
  private interface ContextParser {
    Stage parse(BsonValue spec, PipelineContext context);
  }

  private record Entry(int major, int minor, int patch, Parser parser) {}

  private static final ImmutableMap<String, Entry> STAGES = all();

  private StageTable() {}

  private static ImmutableMap<String, Entry> all() {
    Builder table = new Builder();
    table.since(4, 2);
    table.plain("$match", MatchStage::parse);
    table.plain("$project", ProjectionStage::parseProject);
    table.plain(
        "$addFields",
        (spec, context) -> ProjectionStage.parseAddFields("$addFields", spec, context));
    table.plain("$set", (spec, context) -> ProjectionStage.parseAddFields("$set", spec, context));
    table.plain("$unset", ProjectionStage::parseUnset);
    table.plain("$replaceRoot", ReplaceRootStage::parseReplaceRoot);
    table.plain("$replaceWith", ReplaceRootStage::parseReplaceWith);
    table.plain("$redact", RedactStage::parse);
    table.plain("$sort", SortStage::parse);
    table.plain("$skip", RangeStage::parseSkip);
    table.plain("$limit", RangeStage::parseLimit);
    table.plain("$sample", SampleStage::parse);
    table.plain("$unwind", UnwindStage::parse);
    table.plain("$group", GroupStage::parse);
    table.plain("$bucketAuto", BucketAutoStage::parse);
    table.several("$count", GroupShorthands::parseCount);
    table.several("$sortByCount", GroupShorthands::parseSortByCount);
    table.several("$bucket", GroupShorthands::parseBucket);
    table.inContext("$facet", FacetStage::parse);
    table.inContext("$lookup", LookupStage::parse);
    table.inContext("$graphLookup", GraphLookupStage::parse);
    table.inContext("$out", WriteStages::parseOut);
    table.inContext("$merge", WriteStages::parseMerge);
    table.ofCommand("$changeStream");
    table.ofCommand("$collStats");
    table.ofCommand("$currentOp");
    table.ofCommand("$geoNear");
    table.ofCommand("$indexStats");
    table.ofCommand("$listLocalSessions");
    table.ofCommand("$listSessions");
    table.ofCommand("$planCacheStats");
    table.since(4, 4);
    table.inContext("$unionWith", UnionWithStage::parse);
    table.since(5, 0);
    table.foreign("$setWindowFields");
    table.plain("$_internalUnpackBucket", UnpackBucketStage::parse);
    table.since(5, 1);
    table.plain("$documents", DocumentsStage::parse);
    table.foreign("$densify");
    table.since(5, 3);
    table.foreign("$fill");
    table.since(6, 0);
    table.foreign("$listCatalog");
    table.foreign("$search");
    table.foreign("$searchMeta");
    table.foreign("$shardedDataDistribution");
    table.since(6, 0, 9);
    table.add(
        SplitLargeEvent.NAME,
        (spec, context) -> {
          throw SplitLargeEvent.refusal(spec);
        });
    table.since(7, 0);
    table.foreign("$listSampledQueries");
    table.foreign("$listSearchIndexes");
    table.foreign("$vectorSearch");
    table.since(7, 1);
    table.foreign("$queryStats");
    table.since(8, 0);
    table.foreign("$querySettings");
    table.since(8, 1);
    table.foreign("$listClusterCatalog");
    table.foreign("$rankFusion");
    table.since(8, 2);
    table.foreign("$score");
    table.foreign("$scoreFusion");
    return table.entries.buildOrThrow();
  }

  /**
   * Parses one stage.
   *
   * @throws CommandFailure if there is no such stage, or its argument is malformed
   */
  static List<Stage> parse(String name, BsonValue spec, PipelineContext context) {
    return entry(name, context.query().version()).parser.parse(spec, context);
  }

  /**
   * Refuses what is no stage of the release.
   *
   * @throws CommandFailure 40324
   */
  static void requireKnown(String name, ServerVersion version) {
    entry(name, version);
  }

  private static Entry entry(String name, ServerVersion version) {
    @Nullable Entry entry = STAGES.get(name);
    if (entry == null || !version.atLeast(entry.major, entry.minor, entry.patch)) {
      throw new CommandFailure(40_324, "Unrecognized pipeline stage name: '" + name + "'");
    }
    return entry;
  }

  private static final class Builder {
    private final ImmutableMap.Builder<String, Entry> entries = ImmutableMap.builder();
    private int major;
    private int minor;
    private int patch;

    void since(int newMajor, int newMinor) {
      since(newMajor, newMinor, 0);
    }

    void since(int newMajor, int newMinor, int newPatch) {
      major = newMajor;
      minor = newMinor;
      patch = newPatch;
    }

    private void add(String name, Parser parser) {
      entries.put(name, new Entry(major, minor, patch, parser));
    }

    void plain(String name, PlainParser parser) {
      add(name, (spec, context) -> List.of(parser.parse(spec, context.query())));
    }

    void inContext(String name, ContextParser parser) {
      add(name, (spec, context) -> List.of(parser.parse(spec, context)));
    }

    void several(String name, SeveralParser parser) {
      add(name, (spec, context) -> parser.parse(spec, context.query()));
    }

    void foreign(String name) {
      add(name, (spec, context) -> List.of(ForeignStage.parse(name, spec)));
    }

    void ofCommand(String name) {
      add(
          name,
          (spec, context) -> List.of(CommandStage.parse(name, spec, context.query().version())));
    }
  }

  @FunctionalInterface
  private interface SeveralParser {
    List<Stage> parse(BsonValue spec, QueryContext context);
  }
}
