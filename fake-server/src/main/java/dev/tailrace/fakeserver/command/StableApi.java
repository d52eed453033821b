package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.idl.Idl;
import org.bson.BsonArray;
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

  private static final ImmutableSet<String> UNSTABLE_STAGES =
      ImmutableSet.of(
          "$currentOp", "$indexStats", "$listLocalSessions", "$listSessions", "$planCacheStats");

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
      requireStable(request, command);
    }
  }

  private static void requireStable(Request request, String command) {
    if (!COMMANDS.contains(command)) {
      throw new CommandFailure(
          ErrorCode.API_STRICT_ERROR,
          "Provided apiStrict:true, but the command %s is not in API Version 1".formatted(command));
    }
    if (command.equals("aggregate") && request.get("pipeline") instanceof BsonArray stages) {
      for (BsonValue stage : stages) {
        if (stage instanceof BsonDocument document
            && !document.isEmpty()
            && UNSTABLE_STAGES.contains(document.getFirstKey())) {
          throw new CommandFailure(
              ErrorCode.API_STRICT_ERROR,
              "stage %s is not allowed with 'apiStrict: true' in API Version 1"
                  .formatted(document.getFirstKey()));
        }
      }
    }
  }
}
