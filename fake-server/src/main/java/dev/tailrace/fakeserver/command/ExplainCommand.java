package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.ShallowDocument;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;

/** {@code explain}: everything is a collection scan. */
final class ExplainCommand implements Command {

  private static final ImmutableSet<String> EXPLAINABLE =
      ImmutableSet.of(
          "aggregate",
          "bulkWrite",
          "count",
          "delete",
          "distinct",
          "find",
          "findAndModify",
          "findandmodify",
          "update");

  private static final ImmutableSet<String> VERBOSITIES =
      ImmutableSet.of("queryPlanner", "executionStats", "allPlansExecution");

  @Override
  public Outcome run(Invocation call) {
    BsonValue explained = call.request().subject();
    if (!(explained instanceof BsonDocument command) || command.isEmpty()) {
      throw new CommandFailure(ErrorCode.TYPE_MISMATCH, "explain command requires a nested object");
    }
    requireExplainable(call, command.getFirstKey());
    checkVerbosity(call);
    if (command.getFirstKey().equals("aggregate")) {
      return explainAggregate(call, command);
    }
    BsonValue subject = command.get(command.getFirstKey());
    String collection = subject != null && subject.isString() ? subject.asString().getValue() : "";
    BsonDocument filter =
        command.get("filter") instanceof BsonDocument given
            ? given
            : command.get("query") instanceof BsonDocument query ? query : new BsonDocument();
    return new Outcome.Reply(
        new BsonDocument("queryPlanner", planner(call.namespace(collection), filter))
            .append("serverInfo", serverInfo(call)));
  }

  /** An aggregate is looked at as if it were run; it may be one that no server would run. */
  private static Outcome explainAggregate(Invocation call, BsonDocument command) {
    BsonDocument body =
        ShallowDocument.open(command).append("$db", call.request().body().get("$db"));
    body.putAll(StableApi.fields(call.request()));
    Outcome explained = AggregateCommand.explain(call.of("aggregate", body));
    if (explained instanceof Outcome.Reply reply) {
      reply.body().append("serverInfo", serverInfo(call));
    }
    return explained;
  }

  private static void requireExplainable(Invocation call, String command) {
    if (new Registry(call.version()).find(command) == null) {
      throw new CommandFailure(
          ErrorCode.COMMAND_NOT_FOUND, "Explain failed due to unknown command: " + command);
    }
    if (!EXPLAINABLE.contains(command)) {
      throw new CommandFailure(ErrorCode.ILLEGAL_OPERATION, "Cannot explain cmd: " + command);
    }
  }

  private static void checkVerbosity(Invocation call) {
    BsonValue verbosity = call.request().get("verbosity");
    Idl.requireType("explain.verbosity", verbosity, BsonType.STRING);
    if (verbosity instanceof BsonString text && !VERBOSITIES.contains(text.getValue())) {
      throw call.version().atLeast(5, 0)
          ? Idl.notInEnumeration("explain.verbosity", text.getValue())
          : new CommandFailure(
              ErrorCode.FAILED_TO_PARSE,
              "verbosity string must be one of {'queryPlanner', 'executionStats',"
                  + " 'allPlansExecution'}");
    }
  }

  private static BsonDocument serverInfo(Invocation call) {
    return new BsonDocument("host", new BsonString(call.member().address()))
        .append("version", new BsonString(call.version().toString()));
  }

  /** The explanation of an aggregate. */
  static BsonDocument pipeline(Namespace namespace, List<BsonDocument> stages) {
    BsonArray shown = new BsonArray();
    shown.add(
        new BsonDocument(
            "$cursor", new BsonDocument("queryPlanner", planner(namespace, new BsonDocument()))));
    shown.addAll(stages);
    return new BsonDocument("stages", shown);
  }

  private static BsonDocument planner(Namespace namespace, BsonDocument filter) {
    return new BsonDocument("plannerVersion", new BsonInt32(1))
        .append("namespace", new BsonString(namespace.toString()))
        .append("parsedQuery", filter)
        .append(
            "winningPlan",
            new BsonDocument("stage", new BsonString("COLLSCAN"))
                .append("direction", new BsonString("forward")))
        .append("rejectedPlans", new BsonArray());
  }
}
