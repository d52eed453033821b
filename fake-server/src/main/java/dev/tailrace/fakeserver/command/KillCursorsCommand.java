package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonType;
import org.bson.BsonValue;

/** {@code killCursors}: by id only, whatever collection is named. */
final class KillCursorsCommand implements Command {

  @Override
  public Outcome run(Invocation call) {
    BsonArray cursors = cursors(call);
    BsonArray killed = new BsonArray();
    BsonArray notFound = new BsonArray();
    for (BsonValue cursor : cursors) {
      BsonInt64 id = cursor.asInt64();
      boolean wasThere = call.node().cursors().kill(id.getValue());
      (wasThere ? killed : notFound).add(id);
    }
    return new Outcome.Reply(
        new BsonDocument("cursorsKilled", killed)
            .append("cursorsNotFound", notFound)
            .append("cursorsAlive", new BsonArray())
            .append("cursorsUnknown", new BsonArray()));
  }

  private static BsonArray cursors(Invocation call) {
    boolean isModern = call.version().atLeast(5, 0);
    BsonDocument body = call.request().body();
    BsonValue collection = call.request().subject();
    if (!collection.isString()) {
      throw isModern
          ? new CommandFailure(ErrorCode.INVALID_NAMESPACE, "collection name has invalid type")
          : failedToParse("First parameter must be a string in: " + ElementText.value(body));
    }
    if (collection.asString().getValue().isEmpty() && !isModern) {
      throw new CommandFailure(
          ErrorCode.INVALID_NAMESPACE, "Invalid collection name: " + call.request().db() + ".");
    }
    if (isModern) {
      GenericFields.requireKnown(
          call.request(), call.version(), GenericFields.Style.IDL, Set.of("cursors"));
    }
    BsonValue value = call.request().get("cursors");
    if (!(value instanceof BsonArray cursors)) {
      if (!isModern) {
        throw failedToParse("Field 'cursors' must be of type array in: " + ElementText.value(body));
      }
      throw value == null
          ? Idl.missingField("killCursors.cursors")
          : Idl.wrongType("killCursors.cursors", value, BsonType.ARRAY);
    }
    if (cursors.isEmpty()) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Must specify at least one cursor id in: " + ElementText.value(body));
    }
    int index = 0;
    for (BsonValue cursor : cursors) {
      if (!cursor.isInt64()) {
        throw isModern
            ? Idl.wrongType("killCursors.cursors." + index, cursor, BsonType.INT64)
            : failedToParse(
                "Field 'cursors' contains an element that is not of type long: "
                    + ElementText.field(Integer.toString(index), cursor));
      }
      index++;
    }
    return cursors;
  }

  private static CommandFailure failedToParse(String message) {
    return new CommandFailure(ErrorCode.FAILED_TO_PARSE, message);
  }
}
