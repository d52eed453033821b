package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.Namespace;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** What is wrong with a pipeline as it is written, before its stages are looked into. */
final class PipelineChecks {

  /** Stages that make their own documents, whatever collection there is. */
  private static final Set<String> COLLECTIONLESS =
      Set.of(
          "$changeStream",
          "$currentOp",
          "$documents",
          "$listCatalog",
          "$listClusterCatalog",
          "$listLocalSessions",
          "$listSampledQueries",
          "$querySettings",
          "$queryStats",
          "$shardedDataDistribution");

  private PipelineChecks() {}

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
   * Refuses stages that tell of the server in any namespace but theirs.
   *
   * @throws CommandFailure 73
   */
  static void requirePlace(Namespace namespace, List<BsonDocument> stages) {
    boolean isCollectionless = namespace.collection().equals("$cmd.aggregate");
    for (BsonDocument stage : stages) {
      if (stage.containsKey("$currentOp")
          && !(isCollectionless && namespace.db().equals("admin"))) {
        throw misplaced("$currentOp must be run against the 'admin' database with {aggregate: 1}");
      }
      if (stage.containsKey("$listLocalSessions") && !isCollectionless) {
        throw misplaced("$listLocalSessions must be run against the database with {aggregate: 1}");
      }
      if (stage.containsKey("$listSessions")
          && !namespace.toString().equals("config.system.sessions")) {
        throw misplaced("$listSessions may only be run against config.system.sessions");
      }
    }
  }

  private static CommandFailure misplaced(String message) {
    return new CommandFailure(ErrorCode.INVALID_NAMESPACE, message);
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
