package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.cursor.ServerCursor;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.stage.Outline;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.transaction.Transaction;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;

/**
 * The Stable API (manual, "Stable API"; 5.0 and later): a client says which version of it it means,
 * and may ask to be held to that. There is version 1 and no other.
 */
final class StableApi {

  private static final ImmutableSet<String> COMMANDS =
      ImmutableSet.of(
          "abortTransaction",
          "aggregate",
          "bulkWrite",
          "collMod",
          "commitTransaction",
          "count",
          "create",
          "createIndexes",
          "delete",
          "drop",
          "dropDatabase",
          "dropIndexes",
          "endSessions",
          "explain",
          "find",
          "findAndModify",
          "getMore",
          "hello",
          "insert",
          "killCursors",
          "listCollections",
          "listDatabases",
          "listIndexes",
          "ping",
          "refreshSessions",
          "update");

  /** The fields by which a client says what it means. */
  private static final ImmutableList<String> FIELDS =
      ImmutableList.of("apiVersion", "apiStrict", "apiDeprecationErrors");

  private static final ImmutableSet<String> UNSTABLE_STAGES =
      ImmutableSet.of(
          "$currentOp",
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
          "$score",
          "$scoreFusion",
          "$search",
          "$searchMeta",
          "$shardedDataDistribution",
          "$vectorSearch");

  /** Options of {@code $changeStream} that are not promised to stay as they are. */
  private static final ImmutableSet<String> UNSTABLE_OPTIONS =
      ImmutableSet.of("showExpandedEvents", "showRawUpdateDescription", "showSystemEvents");

  private StableApi() {}

  /**
   * Checks the three fields of the API.
   *
   * @param command the command's name, as the registry spells it
   * @throws CommandFailure 14, 72, 322 or 323
   */
  static void check(Request request, String command) {
    BsonValue version = request.get("apiVersion");
    Idl.requireType("APIParametersFromClient.apiVersion", version, BsonType.STRING);
    for (String flag : new String[] {"apiStrict", "apiDeprecationErrors"}) {
      Idl.requireType("APIParametersFromClient." + flag, request.get(flag), BsonType.BOOLEAN);
      if (version == null && request.get(flag) != null) {
        throw new CommandFailure(
            ErrorCode.INVALID_OPTIONS,
            "Provided apiStrict and/or apiDeprecationErrors without passing apiVersion");
      }
    }
    if (version instanceof BsonString text && !text.getValue().equals("1")) {
      throw new CommandFailure(ErrorCode.API_VERSION_ERROR, "API version must be \"1\"");
    }
    if (Flags.isTrue(request.body(), "apiStrict")) {
      requireStable(command);
    }
  }

  /** Those of its fields that a command has. */
  static BsonDocument fields(Request request) {
    BsonDocument given = new BsonDocument();
    for (String field : FIELDS) {
      BsonValue value = request.get(field);
      if (value != null) {
        given.append(field, value);
      }
    }
    return given;
  }

  /**
   * Refuses a getMore that does not mean the version with which its cursor was opened.
   *
   * @throws CommandFailure 347
   */
  static void requireSame(Invocation call, ServerCursor cursor) {
    BsonDocument used = fields(call.request());
    if (call.version().atLeast(5, 0) && !used.equals(cursor.owner().api())) {
      throw new CommandFailure(
          ErrorCode.API_MISMATCH_ERROR,
          "API parameter mismatch: getMore used params %s, the cursor-creating command used %s"
              .formatted(ElementText.value(used), ElementText.value(cursor.owner().api())));
    }
  }

  /**
   * Refuses a command that does not mean the version with which its transaction began.
   *
   * @param command the command's name, as the registry spells it
   * @throws CommandFailure 347
   */
  static void requireSame(Invocation call, String command, Transaction transaction) {
    BsonDocument used = fields(call.request());
    if (call.version().atLeast(5, 0) && !used.equals(transaction.api())) {
      throw new CommandFailure(
          ErrorCode.API_MISMATCH_ERROR,
          "API parameter mismatch: %s used params %s, the transaction's first command used %s"
              .formatted(command, ElementText.value(used), ElementText.value(transaction.api())));
    }
  }

  private static void requireStable(String command) {
    if (!COMMANDS.contains(command)) {
      throw new CommandFailure(
          ErrorCode.API_STRICT_ERROR,
          "Provided apiStrict:true, but the command %s is not in API Version 1".formatted(command));
    }
  }

  /**
   * Checks the stages of a pipeline, and those within them, if the client asked to be held to the
   * version.
   *
   * @throws CommandFailure 323
   */
  static void check(Invocation call, Outline pipeline) {
    if (call.version().atLeast(5, 0) && Flags.isTrue(call.request().body(), "apiStrict")) {
      pipeline.forEachStage((name, argument) -> requireStable(call.version(), name, argument));
    }
  }

  private static void requireStable(ServerVersion version, String stage, BsonValue argument) {
    if (UNSTABLE_STAGES.contains(stage)) {
      throw new CommandFailure(
          ErrorCode.API_STRICT_ERROR,
          "%s%s is not allowed with 'apiStrict: true' in API Version 1"
              .formatted(version.atLeast(6, 0) ? "" : "stage ", stage));
    }
    if (stage.equals("$changeStream") && argument instanceof BsonDocument options) {
      for (String option : UNSTABLE_OPTIONS) {
        if (options.containsKey(option) && version.atLeast(6, 0)) {
          throw new CommandFailure(
              ErrorCode.API_STRICT_ERROR,
              "The '%s' parameter to $changeStream is not supported in API Version 1"
                  .formatted(option));
        }
      }
    }
  }
}
