package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.Namespace;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/** {@code explain}: everything is a collection scan. */
final class ExplainCommand implements Command {

  @Override
  public Outcome run(Invocation call) {
    BsonValue explained = call.request().subject();
    if (!(explained instanceof BsonDocument command) || command.isEmpty()) {
      throw new CommandFailure(ErrorCode.TYPE_MISMATCH, "explain command requires a nested object");
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
