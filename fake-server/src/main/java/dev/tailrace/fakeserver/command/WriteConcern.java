package dev.tailrace.fakeserver.command;

import com.google.common.math.LongMath;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.replset.ReplicaSet;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * How far a write must have got before it is answered.
 *
 * @param members how many members must have it; null for a majority or a mode by name
 * @param mode {@code majority}, or the name of a mode that the set does not have; null for a number
 * @param timeoutMillis how long to wait; 0 for ever
 * @param durability {@code j} or {@code fsync} as the server has understood it; empty for neither
 */
record WriteConcern(
    @Nullable Integer members, @Nullable String mode, long timeoutMillis, BsonDocument durability) {

  private static final String MAJORITY = "majority";

  /**
   * Reads {@code writeConcern}.
   *
   * @throws CommandFailure as the server would refuse it
   */
  static WriteConcern of(@Nullable BsonValue value, ServerVersion version) {
    boolean isGenerated = version.atLeast(5, 0);
    if (value == null || (isGenerated && value.isNull())) {
      return byDefault(version, 0, new BsonDocument());
    }
    if (!(value instanceof BsonDocument document)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "\"writeConcern\" had the wrong type. Expected object, found " + BsonTypes.name(value));
    }
    BsonValue w = null;
    long timeout = 0;
    for (String field : document.keySet()) {
      BsonValue given = document.get(field);
      switch (field) {
        case "w" -> w = given;
        case "wtimeout" -> timeout = given instanceof BsonNumber number ? number.longValue() : 0;
        case "j", "fsync" -> {
          if (given == null || !(given.isBoolean() || given.isNumber())) {
            throw new CommandFailure(
                ErrorCode.FAILED_TO_PARSE, field + " must be numeric or a boolean value");
          }
        }
        case "provenance", "getLastError", "wOpTime", "wElectionId" -> {}
        default ->
            throw new CommandFailure(
                ErrorCode.FAILED_TO_PARSE, "unrecognized write concern field: " + field);
      }
    }
    BsonDocument durability = durability(document);
    if (w == null || w.isNull()) {
      return byDefault(version, timeout, durability);
    }
    if (w instanceof BsonNumber number) {
      if (number.longValue() < 0 || number.longValue() > 50) {
        throw new CommandFailure(
            ErrorCode.FAILED_TO_PARSE, "w has to be a non-negative number and not greater than 50");
      }
      return new WriteConcern((int) number.longValue(), null, timeout, durability);
    }
    if (w instanceof BsonString name) {
      return new WriteConcern(null, name.getValue(), timeout, durability);
    }
    throw new CommandFailure(
        ErrorCode.FAILED_TO_PARSE,
        isGenerated ? "w has to be a number or string" : "w has to be a number or a string");
  }

  private static BsonDocument durability(BsonDocument given) {
    boolean journal = isTrue(given.get("j"));
    boolean fsync = isTrue(given.get("fsync"));
    if (journal && fsync) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE, "fsync and j options cannot be used together");
    }
    if (fsync) {
      return new BsonDocument("fsync", BsonBoolean.TRUE);
    }
    return given.containsKey("j")
        ? new BsonDocument("j", BsonBoolean.valueOf(journal))
        : new BsonDocument();
  }

  private static boolean isTrue(@Nullable BsonValue flag) {
    return (flag instanceof BsonBoolean truth && truth.getValue())
        || (flag instanceof BsonNumber number && number.doubleValue() != 0);
  }

  private static WriteConcern byDefault(
      ServerVersion version, long timeoutMillis, BsonDocument durability) {
    return version.atLeast(5, 0)
        ? new WriteConcern(null, MAJORITY, timeoutMillis, durability)
        : new WriteConcern(1, null, timeoutMillis, durability);
  }

  /** Whether the client wants to hear of nothing. */
  boolean isUnacknowledged() {
    boolean isDurable = durability.containsKey("fsync") || isTrue(durability.get("j"));
    return Integer.valueOf(0).equals(members) && !isDurable;
  }

  /** Whether what is before {@code position} has got as far as is wanted. */
  boolean isSatisfied(ReplicaSet set, long position) {
    return members == null ? set.majority() >= position : set.countApplied(position) >= members;
  }

  /** Why waiting would be of no use; null if it would. */
  @Nullable BsonDocument impossible(ReplicaSet set, ServerVersion version) {
    if (mode != null && !mode.equals(MAJORITY)) {
      return withInfo(
          error(
              ErrorCode.UNKNOWN_REPL_WRITE_CONCERN,
              version,
              "No write concern mode named '%s' found in replica set configuration"
                  .formatted(mode)),
          new BsonDocument(),
          version);
    }
    return members != null && members > set.members().size()
        ? withInfo(
            error(ErrorCode.UNSATISFIABLE_WRITE_CONCERN, version, "Not enough data-bearing nodes"),
            new BsonDocument(),
            version)
        : null;
  }

  /** The {@code writeConcernError} of a wait that took too long. */
  BsonDocument timedOut(ServerVersion version) {
    return withInfo(
        error(ErrorCode.WRITE_CONCERN_FAILED, version, "waiting for replication timed out"),
        new BsonDocument("wtimeout", BsonBoolean.TRUE),
        version);
  }

  /** Since 4.4 an error shows the write concern that could not be met. */
  private BsonDocument withInfo(BsonDocument error, BsonDocument info, ServerVersion version) {
    if (version.atLeast(4, 4)) {
      BsonDocument shown = new BsonDocument("w", w());
      shown.putAll(durability);
      info.append(
          "writeConcern",
          shown
              .append("wtimeout", new BsonInt32((int) timeoutMillis))
              .append("provenance", new BsonString("clientSupplied")));
    }
    return info.isEmpty() ? error : error.append("errInfo", info);
  }

  /** The {@code writeConcernError} of a wait during which the primary stepped down. */
  static BsonDocument steppedDown(ServerVersion version) {
    return error(
        ErrorCode.PRIMARY_STEPPED_DOWN,
        version,
        "Primary stepped down while waiting for replication");
  }

  /** What a client hears whose write was told to end while it waited. */
  static BsonDocument interrupted(CommandFailure why, ServerVersion version) {
    return error(ErrorCode.INTERRUPTED, version, why.message());
  }

  /** When the wait ends, on the monotonic clock. */
  long deadlineNanos(long nowNanos) {
    return timeoutMillis <= 0
        ? Long.MAX_VALUE
        : LongMath.saturatedAdd(nowNanos, TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
  }

  private BsonValue w() {
    return members == null ? new BsonString(String.valueOf(mode)) : new BsonInt32(members);
  }

  private static BsonDocument error(ErrorCode code, ServerVersion version, String message) {
    return new BsonDocument("code", new BsonInt32(code.code()))
        .append("codeName", new BsonString(code.codeName(version)))
        .append("errmsg", new BsonString(message));
  }
}
