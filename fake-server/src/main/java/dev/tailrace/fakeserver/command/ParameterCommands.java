package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** {@code getParameter} and {@code setParameter}. */
final class ParameterCommands {

  private static final String VERSION_PARAMETER = "featureCompatibilityVersion";

  private ParameterCommands() {}

  static Outcome getParameter(Invocation call) {
    BsonDocument all = call.node().parameters().all();
    ServerVersion version = call.version();
    all.append(
        VERSION_PARAMETER,
        new BsonDocument("version", new BsonString(version.major() + "." + version.minor())));
    boolean wantsAll =
        (call.request().subject() instanceof BsonString star && star.getValue().equals("*"))
            || (call.request().subject() instanceof BsonDocument options
                && Flags.isTrue(options, "allParameters"));
    if (wantsAll) {
      return new Outcome.Reply(all);
    }
    BsonDocument found = new BsonDocument();
    for (String name : call.request().body().keySet()) {
      BsonValue value = all.get(name);
      if (value != null) {
        found.append(name, value);
      }
    }
    if (found.isEmpty()) {
      throw new CommandFailure(ErrorCode.INVALID_OPTIONS, "no option found to get");
    }
    return new Outcome.Reply(found);
  }

  static Outcome setParameter(Invocation call) {
    Parameters parameters = call.node().parameters();
    BsonDocument reply = new BsonDocument();
    boolean found = false;
    for (Map.Entry<String, BsonValue> argument : call.request().body().entrySet()) {
      String name = argument.getKey();
      boolean isGeneric =
          GenericFields.isOne(name, call.version()) || name.equals(call.request().name());
      if (isGeneric) {
        continue;
      }
      BsonValue old = parameters.get(name);
      if (old == null) {
        throw new CommandFailure(
            ErrorCode.INVALID_OPTIONS,
            "attempted to set unrecognized parameter [%s], use help:true to see options "
                .formatted(name));
      }
      if (!found) {
        reply.append("was", old);
      }
      found = true;
      parameters.set(name, argument.getValue());
    }
    if (!found) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS, "no option found to set, use help:true to see options ");
    }
    return new Outcome.Reply(reply);
  }

  static Outcome setFeatureCompatibilityVersion(Invocation call) {
    return new Outcome.Reply(new BsonDocument());
  }
}
