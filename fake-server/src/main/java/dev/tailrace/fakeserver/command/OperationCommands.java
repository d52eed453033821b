package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.Collation;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;

/** {@code currentOp}, {@code $currentOp} and {@code killOp}. */
final class OperationCommands {

  private static final ImmutableSet<String> STAGE_OPTIONS =
      ImmutableSet.of(
          "allUsers",
          "backtrace",
          "idleConnections",
          "idleCursors",
          "idleSessions",
          "localOps",
          "targetAllNodes",
          "truncateOps");

  private static final ImmutableSet<String> COMMAND_OPTIONS =
      ImmutableSet.of("$all", "$ownOps", "$truncateOps");

  private static final long UNSIGNED_INTS = 1L << 32;

  private OperationCommands() {}

  /** {@code {currentOp: 1, FILTER}}: the operations for which the filter holds. */
  static Outcome currentOp(Invocation call) {
    BsonDocument filter = new BsonDocument();
    for (Map.Entry<String, BsonValue> field : call.request().body().entrySet()) {
      String name = field.getKey();
      if (!name.equals(call.request().name())
          && !COMMAND_OPTIONS.contains(name)
          && !GenericFields.isOne(name, call.version())) {
        filter.append(name, field.getValue());
      }
    }
    Matcher matcher =
        Matcher.parse(filter, call.queryContext(Collation.SIMPLE, new BsonDocument()));
    return new Outcome.Reply(
        new BsonDocument(
            "inprog", new BsonArray(running(call).stream().filter(matcher::matches).toList())));
  }

  /** The documents of a {@code $currentOp} stage. */
  static List<BsonDocument> stage(Invocation call, Namespace namespace, BsonValue spec) {
    if (!(spec instanceof BsonDocument options)) {
      throw failedToParse(
          "$currentOp options must be specified in an object, but found: " + BsonTypes.name(spec));
    }
    if (!namespace.toString().equals("admin.$cmd.aggregate")) {
      throw new CommandFailure(
          ErrorCode.INVALID_NAMESPACE,
          "$currentOp must be run against the 'admin' database with {aggregate: 1}");
    }
    for (Map.Entry<String, BsonValue> option : options.entrySet()) {
      if (!STAGE_OPTIONS.contains(option.getKey())) {
        throw failedToParse("Unrecognized option '" + option.getKey() + "' in $currentOp stage.");
      }
      if (!option.getValue().isBoolean()) {
        throw failedToParse(
            "The '%s' parameter of the $currentOp stage must be a boolean value, but found: %s"
                .formatted(option.getKey(), BsonTypes.name(option.getValue())));
      }
    }
    return running(call);
  }

  private static List<BsonDocument> running(Invocation call) {
    List<BsonDocument> documents = new ArrayList<>();
    for (Operation operation : call.running().on(call.node())) {
      documents.add(OperationDocument.of(operation));
    }
    return documents;
  }

  private static CommandFailure failedToParse(String message) {
    return new CommandFailure(ErrorCode.FAILED_TO_PARSE, message);
  }

  /** {@code {killOp: 1, op: ID}}. Says the same whether there is such an operation or not. */
  static Outcome killOp(Invocation call) {
    long id = operationId(call);
    for (Operation operation : call.running().on(call.node())) {
      if (operation.id() == id) {
        operation.kill();
      }
    }
    return new Outcome.Reply(new BsonDocument("info", new BsonString("attempting to kill op")));
  }

  private static long operationId(Invocation call) {
    BsonValue op = call.request().get("op");
    if (op == null) {
      throw new CommandFailure(ErrorCode.NO_SUCH_KEY, "Missing expected field \"op\"");
    }
    if (!(op instanceof BsonNumber number)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "Expected field \"op\" to have numeric type, but found " + BsonTypes.name(op));
    }
    long id = number.longValue();
    if (id != number.doubleValue()) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Expected field \"op\" to have a value exactly representable as a 64-bit integer, but"
              + " found "
              + ElementText.field("op", op));
    }
    // Numbers that do not fit the signed type are shown as negative ones.
    long unsigned = id < 0 && id >= Integer.MIN_VALUE ? id + UNSIGNED_INTS : id;
    if (unsigned < 0 || unsigned >= UNSIGNED_INTS) {
      throw new CommandFailure(26_823, "invalid op : " + unsigned);
    }
    return unsigned;
  }
}
