package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.idl.Idl;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonType;
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

  private static boolean isOlderLine(String text, ServerVersion version) {
    return ServerVersion.ALL.stream()
        .anyMatch(
            line -> text.equals(line.major() + "." + line.minor()) && line.compareTo(version) < 0);
  }

  static Outcome setParameter(Invocation call) {
    Parameters parameters = call.node().parameters();
    BsonDocument reply = new BsonDocument();
    // All are looked at before any is set.
    BsonDocument values = new BsonDocument();
    for (Map.Entry<String, BsonValue> argument : call.request().body().entrySet()) {
      String name = argument.getKey();
      boolean isGeneric =
          GenericFields.isOne(name, call.version()) || name.equals(call.request().name());
      if (isGeneric) {
        continue;
      }
      BsonValue old = name.equals(VERSION_PARAMETER) ? BsonNull.VALUE : parameters.get(name);
      if (old == null) {
        throw new CommandFailure(
            ErrorCode.INVALID_OPTIONS,
            "attempted to set unrecognized parameter [%s], use help:true to see options "
                .formatted(name));
      }
      ParameterRules.requireSettable(name);
      values.append(name, ParameterRules.valueOf(name, old, argument.getValue()));
      if (reply.isEmpty()) {
        reply.append("was", old);
      }
    }
    if (values.isEmpty()) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS, "no option found to set, use help:true to see options ");
    }
    values.forEach(parameters::set);
    return new Outcome.Reply(reply);
  }

  /** Takes the version that it is at; the fake plays a release at its own and no other. */
  static Outcome setFeatureCompatibilityVersion(Invocation call) {
    String name = call.request().name();
    BsonValue wanted = call.request().subject();
    Idl.requireType(name + "." + name, wanted, BsonType.STRING);
    String text = wanted.asString().getValue();
    String own = call.version().major() + "." + call.version().minor();
    if (!text.equals(own)) {
      throw isOlderLine(text, call.version())
          ? new CommandFailure(
              ErrorCode.NOT_IMPLEMENTED,
              "the fake server plays %s at its own feature compatibility version only"
                  .formatted(own))
          : new CommandFailure(
              ErrorCode.BAD_VALUE,
              "Invalid feature compatibility version value '%s'; expected '%s'"
                  .formatted(text, own));
    }
    return new Outcome.Reply(new BsonDocument());
  }
}
