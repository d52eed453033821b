package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.fault.FailPoints;
import dev.tailrace.fakeserver.idl.Idl;
import java.util.concurrent.TimeUnit;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;

/** The {@code maxTimeMS} of a command. */
final class MaxTime {

  private MaxTime() {}

  /**
   * Refuses a value that is none.
   *
   * @throws CommandFailure as the server would refuse it
   */
  static void check(Request request, ServerVersion version) {
    BsonValue value = request.get("maxTimeMS");
    if (value == null) {
      return;
    }
    if (!(value instanceof BsonNumber number)) {
      boolean isParsedByIdl = version.atLeast(5, 0) && request.name().equals("getMore");
      throw isParsedByIdl
          ? Idl.wrongType(
              "getMore.maxTimeMS",
              value,
              BsonType.INT32,
              BsonType.INT64,
              BsonType.DOUBLE,
              BsonType.DECIMAL128)
          : new CommandFailure(ErrorCode.BAD_VALUE, "maxTimeMS must be a number");
    }
    double millis = number.doubleValue();
    if (millis < 0 || millis > Integer.MAX_VALUE) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          version.atLeast(5, 0)
              ? number.longValue() + " value for maxTimeMS is out of range"
              : "maxTimeMS is out of range");
    }
    if (millis != Math.rint(millis)) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, "maxTimeMS has non-integral value");
    }
  }

  /**
   * Lets the command's time be up at once, where the fail point {@code maxTimeAlwaysTimeOut} says
   * so. The time that a getMore waits is another thing.
   *
   * @throws CommandFailure 50
   */
  static void expireIfTold(Invocation call) {
    boolean hasLimit = millis(call.request()) > 0 && !call.request().name().equals("getMore");
    if (hasLimit
        && call.node().failPoints().enter(FailPoints.Name.MAX_TIME_ALWAYS_TIME_OUT) != null) {
      throw expired();
    }
  }

  /** The value in milliseconds; 0 where none is given. */
  static long millis(Request request) {
    return request.get("maxTimeMS") instanceof BsonNumber number ? number.longValue() : 0;
  }

  /** When the command's time is up, on the monotonic clock. */
  static long deadlineNanos(Invocation call) {
    long millis = millis(call.request());
    return millis == 0 ? Long.MAX_VALUE : call.nowNanos() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** The refusal of a command whose time is up. */
  static CommandFailure expired() {
    return new CommandFailure(ErrorCode.MAX_TIME_MS_EXPIRED, "operation exceeded time limit");
  }
}
