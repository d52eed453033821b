package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.command.ClusterParameters.CHANGE_STREAM_OPTIONS;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;

/** {@code getClusterParameter} and {@code setClusterParameter}, which 6.0 brought. */
final class ClusterParameterCommands {

  private ClusterParameterCommands() {}

  static Outcome getClusterParameter(Invocation call) {
    for (String name : wanted(call)) {
      requireKnown(name);
    }
    BsonDocument options = ClusterParameters.changeStreamOptions(call.readState());
    return new Outcome.Reply(
        new BsonDocument("clusterParameters", new BsonArray(List.of(options))));
  }

  private static List<String> wanted(Invocation call) {
    BsonValue subject = call.request().subject();
    if (subject instanceof BsonString name) {
      return name.getValue().equals("*") ? List.of() : List.of(name.getValue());
    }
    String path = "getClusterParameter.getClusterParameter";
    if (!(subject instanceof BsonArray names)) {
      throw Idl.wrongType(path, subject, BsonType.STRING, BsonType.ARRAY);
    }
    List<String> wanted = new ArrayList<>();
    for (BsonValue name : names) {
      Idl.requireType(path + "." + wanted.size(), name, BsonType.STRING);
      wanted.add(name.asString().getValue());
    }
    if (wanted.isEmpty()) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Must supply at least one cluster server parameter name to getClusterParameter");
    }
    return wanted;
  }

  static Outcome setClusterParameter(Invocation call) {
    BsonValue subject = call.request().subject();
    Idl.requireType("setClusterParameter.setClusterParameter", subject, BsonType.DOCUMENT);
    BsonDocument parameters = subject.asDocument();
    if (call.world().standalone()) {
      throw new CommandFailure(
          ErrorCode.ILLEGAL_OPERATION, "setClusterParameter cannot be run on standalones");
    }
    if (parameters.isEmpty()) {
      throw new CommandFailure(ErrorCode.NO_SUCH_KEY, "No cluster parameter provided");
    }
    if (parameters.size() > 1) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "setClusterParameter only supports setting exactly one parameter");
    }
    requireKnown(parameters.getFirstKey());
    if (!(parameters.get(CHANGE_STREAM_OPTIONS) instanceof BsonDocument value)) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, "Cluster parameter value must be an object");
    }
    ClusterParameters.check(value);
    ClusterParameters.set(call, value);
    return new Outcome.Reply(new BsonDocument());
  }

  private static void requireKnown(String name) {
    if (!name.equals(CHANGE_STREAM_OPTIONS)) {
      throw new CommandFailure(ErrorCode.NO_SUCH_KEY, "Unknown server parameter: " + name);
    }
  }
}
