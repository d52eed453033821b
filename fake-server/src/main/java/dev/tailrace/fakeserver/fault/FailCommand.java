package dev.tailrace.fakeserver.fault;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.fault.FaultRule.Call;
import dev.tailrace.fakeserver.idl.Flags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The {@code failCommand} fail point: its data, translated into {@link Fault}s.
 *
 * <p>It strikes before the command runs; only a {@code writeConcernError} lets it run.
 */
public final class FailCommand {

  private FailCommand() {}

  /**
   * What {@code failCommand} does to a command; also counts it.
   *
   * @param takesWriteConcern whether the command may carry a write concern: no other one is given a
   *     {@code writeConcernError}
   */
  public static List<Fault> strike(
      FailPoints failPoints, Call call, boolean takesWriteConcern, ServerVersion version) {
    BsonDocument data = failPoints.armed(FailPoints.Name.FAIL_COMMAND);
    if (data == null
        || !matches(data, call, takesWriteConcern)
        || failPoints.enter(FailPoints.Name.FAIL_COMMAND) == null) {
      return List.of();
    }
    return faults(data, version);
  }

  /** How the release words the error of a command that was told to fail. */
  public static String message(ServerVersion version) {
    return version.atLeast(5, 0)
        ? "Failing command via 'failCommand' failpoint"
        : "Failing command due to 'failCommand' failpoint";
  }

  /** What {@code failWithErrorCodeInRunCommand} does to a command; also counts it. */
  public static List<Fault> strikeAny(FailPoints failPoints, Call call) {
    if (canonical(call.command()).equals("configurefailpoint")) {
      return List.of();
    }
    BsonDocument data = failPoints.enter(FailPoints.Name.FAIL_WITH_ERROR_CODE_IN_RUN_COMMAND);
    return data != null && data.isNumber("errorCode")
        ? List.of(
            new Fault.ErrorReply(
                data.getNumber("errorCode").intValue(), null, null, new BsonDocument()))
        : List.of();
  }

  /** Whether the names and filters in the data fit, and there is something to do. */
  private static boolean matches(BsonDocument data, Call call, boolean takesWriteConcern) {
    boolean hasEffect =
        Flags.isTrue(data, "closeConnection")
            || Flags.isTrue(data, "blockConnection")
            || hasErrorCode(data)
            || (takesWriteConcern && data.containsKey("writeConcernError"));
    return hasEffect
        && !canonical(call.command()).equals("configurefailpoint")
        && (Flags.isTrue(data, "failAllCommands") || names(data, call.command()))
        && (!(data.get("appName") instanceof BsonString app)
            || app.getValue().equals(call.appName()))
        && (!(data.get("namespace") instanceof BsonString namespace)
            || namespace.getValue().equals(call.namespace()));
  }

  /** Whether there is an error to reply with: what is no whole number is passed over. */
  private static boolean hasErrorCode(BsonDocument data) {
    return data.get("errorCode") instanceof BsonNumber code
        && code.doubleValue() == code.longValue();
  }

  private static boolean names(BsonDocument data, String command) {
    if (data.get("failCommands") instanceof BsonArray commands) {
      for (BsonValue name : commands) {
        if (name.isString() && canonical(name.asString().getValue()).equals(canonical(command))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Aliases of one command differ in case only. */
  private static String canonical(String command) {
    return command.toLowerCase(Locale.ROOT);
  }

  private static List<Fault> faults(BsonDocument data, ServerVersion version) {
    List<Fault> faults = new ArrayList<>();
    List<String> labels = labels(data);
    if (Flags.isTrue(data, "blockConnection") && data.isNumber("blockTimeMS")) {
      long millis = data.getNumber("blockTimeMS").longValue();
      faults.add(new Fault.Delay(TimeUnit.MILLISECONDS.toNanos(millis)));
    }
    if (Flags.isTrue(data, "closeConnection")) {
      // Up to 4.4 the connection is closed before there is any waiting.
      faults.add(version.atLeast(5, 0) ? faults.size() : 0, new Fault.CloseConnection());
    } else if (hasErrorCode(data)) {
      BsonDocument extraInfo =
          data.get("errorExtraInfo") instanceof BsonDocument extra ? extra : new BsonDocument();
      faults.add(
          new Fault.ErrorReply(data.getNumber("errorCode").intValue(), null, labels, extraInfo));
    } else if (data.get("writeConcernError") instanceof BsonDocument error) {
      faults.add(new Fault.WriteConcernError(error, labels));
    }
    return faults;
  }

  private static @Nullable List<String> labels(BsonDocument data) {
    if (!(data.get("errorLabels") instanceof BsonArray array)) {
      return null;
    }
    List<String> labels = new ArrayList<>();
    for (BsonValue label : array) {
      if (label.isString()) {
        labels.add(label.asString().getValue());
      }
    }
    return labels;
  }
}
