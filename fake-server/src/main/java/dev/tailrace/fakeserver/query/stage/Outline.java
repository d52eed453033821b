package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A pipeline as it is seen before any stage is parsed: the names of its stages and of those within
 * them, and where no change stream may be (the server's {@code LiteParsedPipeline}). What is wrong
 * there is said before all else that is wrong with the pipeline.
 */
public final class Outline {

  private static final String CHANGE_STREAM = "$changeStream";

  private final ServerVersion version;
  private final ImmutableList<BsonDocument> stages;

  private Outline(List<BsonDocument> stages, ServerVersion version) {
    this.stages = ImmutableList.copyOf(stages);
    this.version = version;
  }

  /**
   * The outline of a pipeline, looked at stage by stage.
   *
   * @throws CommandFailure 40323, 40324, 51047, 31441 or 6188500
   */
  public static Outline of(List<BsonDocument> stages, ServerVersion version) {
    Outline outline = new Outline(stages, version);
    outline.stages.forEach(outline::check);
    return outline;
  }

  /** Hands over every stage, also those within others: its name and its argument. */
  public void forEachStage(BiConsumer<String, BsonValue> consumer) {
    for (BsonDocument stage : stages) {
      String name = stage.getFirstKey();
      BsonValue argument = stage.get(name);
      if (argument != null) {
        inner(name, argument).forEach(outline -> outline.forEachStage(consumer));
        consumer.accept(name, argument);
      }
    }
  }

  private void check(BsonDocument stage) {
    if (stage.size() != 1) {
      throw new CommandFailure(
          40_323, "A pipeline stage specification object must contain exactly one field.");
    }
    String name = stage.getFirstKey();
    StageTable.requireKnown(name, version);
    BsonValue argument = stage.get(name);
    if (argument == null) {
      return;
    }
    if (name.equals(CHANGE_STREAM) && !argument.isDocument() && version.atLeast(5, 0)) {
      throw new CommandFailure(
          6_188_500,
          "$changeStream must take a nested object but found: "
              + ElementText.field(name, argument));
    }
    for (Outline inner : inner(name, argument)) {
      inner.stages.forEach(inner::check);
      inner.requireNoStreamIn(name);
    }
  }

  private void requireNoStreamIn(String outer) {
    // That none is in a $facet is found when that is parsed.
    if (!outer.equals("$facet")
        && stages.stream().anyMatch(stage -> stage.containsKey(CHANGE_STREAM))) {
      throw new CommandFailure(
          outer.equals("$lookup") ? 51_047 : 31_441,
          "%s is not allowed within a %s's sub-pipeline".formatted(CHANGE_STREAM, outer));
    }
  }

  /** The pipelines in a stage's argument, as far as they are any. */
  private List<Outline> inner(String name, BsonValue argument) {
    if (!(argument instanceof BsonDocument options)) {
      return List.of();
    }
    ImmutableList.Builder<Outline> inner = ImmutableList.builder();
    boolean isOneOfSeveral = name.equals("$facet");
    boolean hasOne = name.equals("$lookup") || name.equals("$unionWith");
    for (Map.Entry<String, BsonValue> option : options.entrySet()) {
      if ((isOneOfSeveral || (hasOne && option.getKey().equals("pipeline")))
          && option.getValue() instanceof BsonArray array
          && array.stream().allMatch(BsonValue::isDocument)) {
        inner.add(new Outline(array.stream().map(BsonValue::asDocument).toList(), version));
      }
    }
    return inner.build();
  }
}
