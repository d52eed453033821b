package dev.tailrace.wire.topology;

import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A reply that says: I am not the primary (any more), or I am recovering, or I am going down
 * (discovery specification, "State Change Error"). It tells more of the server than of the command.
 *
 * @param message the server's words
 * @param shuttingDown whether the server is going down, so that its connections are lost
 * @param topologyVersion the server's count of changes at that moment
 */
public record StateChangeError(
    String message, boolean shuttingDown, @Nullable TopologyVersion topologyVersion) {

  private static final Set<Integer> SHUTTING_DOWN = Set.of(11600, 91);
  private static final Set<Integer> RECOVERING = Set.of(11602, 13436, 189);
  private static final Set<Integer> NOT_WRITABLE_PRIMARY = Set.of(10107, 13435, 10058);

  /**
   * Looks for such an error in {@code reply}: in the command's own failure, or else in its {@code
   * writeConcernError}; never in {@code writeErrors}. If there is a code it decides alone, else the
   * message does.
   *
   * @param reply well-formed BSON
   */
  public static Optional<StateChangeError> in(BsonDocument reply) {
    @Nullable BsonDocument failure = failure(reply);
    if (failure == null) {
      return Optional.empty();
    }
    int code = code(failure);
    String message = message(failure);
    boolean stateChange =
        code == 0
            ? isStateChange(message)
            : SHUTTING_DOWN.contains(code)
                || RECOVERING.contains(code)
                || NOT_WRITABLE_PRIMARY.contains(code);
    return stateChange
        ? Optional.of(
            new StateChangeError(
                message + " (" + code + ")",
                SHUTTING_DOWN.contains(code),
                TopologyVersion.in(reply)))
        : Optional.empty();
  }

  private static @Nullable BsonDocument failure(BsonDocument reply) {
    @Nullable BsonValue ok = reply.get("ok");
    boolean succeeded =
        ok != null
            && (ok.isBoolean()
                ? ok.asBoolean().getValue()
                : ok.isNumber() && ok.asNumber().doubleValue() != 0);
    if (!succeeded) {
      return reply;
    }
    @Nullable BsonValue writeConcernError = reply.get("writeConcernError");
    return writeConcernError == null || !writeConcernError.isDocument()
        ? null
        : writeConcernError.asDocument();
  }

  private static int code(BsonDocument failure) {
    @Nullable BsonValue code = failure.get("code");
    return code == null || !code.isNumber() ? 0 : code.asNumber().intValue();
  }

  private static String message(BsonDocument failure) {
    @Nullable BsonValue message = failure.get("errmsg");
    return message == null || !message.isString() ? "" : message.asString().getValue();
  }

  private static boolean isStateChange(String message) {
    return message.contains("not master") || message.contains("node is recovering");
  }
}
