package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** What is wrong with a pipeline as it is written, before its stages are looked into. */
final class PipelineChecks {

  private static final String CHANGE_STREAM = "$changeStream";

  /** Stages that make their own documents, whatever collection there is. */
  private static final Set<String> COLLECTIONLESS =
      Set.of(CHANGE_STREAM, "$currentOp", "$listLocalSessions", "$documents");

  private PipelineChecks() {}

  /**
   * Refuses a change stream inside of another stage.
   *
   * @throws CommandFailure 51047, 31441 or 40600
   */
  static void requireNoInnerChangeStream(List<? extends BsonValue> stages) {
    for (BsonValue stage : stages) {
      if (stage instanceof BsonDocument document) {
        document.forEach(PipelineChecks::requireNoInnerChangeStream);
      }
    }
  }

  private static void requireNoInnerChangeStream(String name, BsonValue argument) {
    if (!(argument instanceof BsonDocument options)) {
      return;
    }
    switch (name) {
      case "$lookup" ->
          checkInner(
              options.get("pipeline"),
              new CommandFailure(
                  51_047, CHANGE_STREAM + " is not allowed within a $lookup's sub-pipeline"));
      case "$unionWith" ->
          checkInner(
              options.get("pipeline"),
              new CommandFailure(
                  31_441, CHANGE_STREAM + " is not allowed within a $unionWith's sub-pipeline"));
      case "$facet" -> {
        for (Map.Entry<String, BsonValue> facet : options.entrySet()) {
          checkInner(
              facet.getValue(),
              new CommandFailure(
                  40_600, CHANGE_STREAM + " is not allowed to be used within a $facet stage"));
        }
      }
      default -> {}
    }
  }

  private static void checkInner(@Nullable BsonValue pipeline, CommandFailure refusal) {
    if (pipeline instanceof BsonArray stages) {
      for (BsonValue stage : stages) {
        if (stage instanceof BsonDocument document && document.containsKey(CHANGE_STREAM)) {
          throw refusal;
        }
      }
      requireNoInnerChangeStream(stages);
    }
  }

  /**
   * Refuses a text search that is not the first stage.
   *
   * @param stages those that are not
   * @throws CommandFailure 17313
   */
  static void requireNoText(List<BsonDocument> stages) {
    for (BsonDocument stage : stages) {
      if (stage.get("$match") instanceof BsonDocument filter && searchesText(filter)) {
        throw new CommandFailure(
            17_313, "$match with $text is only allowed as the first pipeline stage");
      }
    }
  }

  private static boolean searchesText(BsonDocument filter) {
    for (Map.Entry<String, BsonValue> clause : filter.entrySet()) {
      if (clause.getKey().equals("$text")) {
        return true;
      }
      if (clause.getKey().startsWith("$") && clause.getValue() instanceof BsonArray clauses) {
        for (BsonValue inner : clauses) {
          if (inner instanceof BsonDocument document && searchesText(document)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /**
   * Refuses a pipeline of {@code aggregate: 1} that wants a collection.
   *
   * @throws CommandFailure 73
   */
  static void requireCollectionless(List<BsonDocument> stages) {
    if (stages.isEmpty()) {
      throw new CommandFailure(
          ErrorCode.INVALID_NAMESPACE, "{aggregate: 1} is not valid for an empty pipeline.");
    }
    BsonDocument first = stages.get(0);
    if (!first.isEmpty() && !COLLECTIONLESS.contains(first.getFirstKey())) {
      throw new CommandFailure(
          ErrorCode.INVALID_NAMESPACE,
          "{aggregate: 1} is not valid for '%s'; a collection is required."
              .formatted(first.getFirstKey()));
    }
  }
}
