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
 */
record WriteConcern(@Nullable Integer members, @Nullable String mode, long timeoutMillis) {

  private static final String MAJORITY = "majority";

  /**
   * Reads {@code writeConcern}.
   *
   * @throws CommandFailure as the server would refuse it
   */
  static WriteConcern of(@Nullable BsonValue value, ServerVersion version) {
    if (value == null || value.isNull()) {
      return byDefault(version);
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
    if (w == null) {
      WriteConcern usual = byDefault(version);
      return new WriteConcern(usual.members(), usual.mode(), timeout);
    }
    if (w instanceof BsonNumber number) {
      if (number.longValue() < 0 || number.longValue() > 50) {
        throw new CommandFailure(
            ErrorCode.FAILED_TO_PARSE, "w has to be a non-negative number and not greater than 50");
      }
      return new WriteConcern((int) number.longValue(), null, timeout);
    }
    if (w instanceof BsonString name) {
      return new WriteConcern(null, name.getValue(), timeout);
    }
    throw new CommandFailure(ErrorCode.FAILED_TO_PARSE, "w has to be a number or string");
  }

  private static WriteConcern byDefault(ServerVersion version) {
    return version.atLeast(5, 0)
        ? new WriteConcern(null, MAJORITY, 0)
        : new WriteConcern(1, null, 0);
  }

  /** Whether what is before {@code position} has got as far as is wanted. */
  boolean isSatisfied(ReplicaSet set, long position) {
    return members == null ? set.majority() >= position : set.countApplied(position) >= members;
  }

  /** Why waiting would be of no use; null if it would. */
  @Nullable BsonDocument impossible(ReplicaSet set, ServerVersion version) {
    if (mode != null && !mode.equals(MAJORITY)) {
      return error(
          ErrorCode.UNKNOWN_REPL_WRITE_CONCERN,
          version,
          "No write concern mode named '%s' found in replica set configuration".formatted(mode));
    }
    return members != null && members > set.members().size()
        ? error(ErrorCode.UNSATISFIABLE_WRITE_CONCERN, version, "Not enough data-bearing nodes")
        : null;
  }

  /** The {@code writeConcernError} of a wait that took too long. */
  BsonDocument timedOut(ServerVersion version) {
    BsonDocument error =
        error(ErrorCode.WRITE_CONCERN_FAILED, version, "waiting for replication timed out");
    BsonDocument errInfo = new BsonDocument("wtimeout", BsonBoolean.TRUE);
    return error.append(
        "errInfo",
        errInfo.append(
            "writeConcern",
            new BsonDocument("w", w())
                .append("wtimeout", new BsonInt32((int) timeoutMillis))
                .append("provenance", new BsonString("clientSupplied"))));
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
