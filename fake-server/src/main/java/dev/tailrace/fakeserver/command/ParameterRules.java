package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.bson.BsonBoolean;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;

/**
 * What a server parameter takes. Numbers lose their fraction, a flag is a number too, and any value
 * at all is a flag; that is how the server reads them.
 */
final class ParameterRules {

  /** What only the command line can set. */
  private static final ImmutableSet<String> STARTUP_ONLY =
      ImmutableSet.of(
          "authenticationMechanisms",
          "enableTestCommands",
          "featureCompatibilityVersion",
          "periodicNoopIntervalSecs",
          "storageEngine");

  /** The smallest value that a number may have, for those that have one. */
  private static final ImmutableMap<String, Long> AT_LEAST =
      ImmutableMap.of("transactionLifetimeLimitSeconds", 1L, "ttlMonitorSleepSecs", 1L);

  private static final String LOG_LEVEL = "logLevel";
  private static final int MAX_LOG_LEVEL = 5;

  private ParameterRules() {}

  /**
   * Refuses a parameter that a running server does not let go.
   *
   * @throws CommandFailure 20
   */
  static void requireSettable(String name) {
    if (STARTUP_ONLY.contains(name)) {
      throw new CommandFailure(
          ErrorCode.ILLEGAL_OPERATION, "not allowed to change [" + name + "] at runtime");
    }
  }

  /**
   * The value that a parameter gets when it is set to {@code given}.
   *
   * @param old the value it has, which is of its type
   * @throws CommandFailure 2 or 14 if it takes no such value
   */
  static BsonValue valueOf(String name, BsonValue old, BsonValue given) {
    if (name.equals(LOG_LEVEL)) {
      return logLevel(given);
    }
    return switch (old.getBsonType()) {
      case BOOLEAN -> BsonBoolean.valueOf(isTrue(given));
      case INT32 -> new BsonInt32((int) integer(name, given, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> new BsonInt64(integer(name, given, Long.MIN_VALUE, Long.MAX_VALUE));
      default -> {
        if (!(given instanceof BsonDocument)) {
          throw new CommandFailure(
              ErrorCode.TYPE_MISMATCH,
              "log component verbosity is not a BSON object: " + ElementText.field(name, given));
        }
        yield given;
      }
    };
  }

  /** Everything is true but false, nothing, and zero. */
  private static boolean isTrue(BsonValue given) {
    if (given instanceof BsonNumber number) {
      return number.doubleValue() != 0; // Also what is no number.
    }
    boolean isNothing = given.isNull() || given.getBsonType() == BsonType.UNDEFINED;
    return !isNothing && !BsonBoolean.FALSE.equals(given);
  }

  private static long integer(String name, BsonValue given, long min, long max) {
    if (given instanceof BsonBoolean flag) {
      return bounded(name, flag.getValue() ? 1 : 0);
    }
    if (!(given instanceof BsonNumber number)) {
      throw notValid(name, "Unable to coerce value to integral type");
    }
    boolean isFinite =
        number instanceof BsonDecimal128 decimal
            ? decimal.getValue().isFinite()
            : Double.isFinite(number.doubleValue());
    if (!isFinite) {
      throw notValid(name, "Unable to coerce NaN/Inf to integral type");
    }
    BigDecimal whole = exact(number).setScale(0, RoundingMode.DOWN);
    if (whole.compareTo(BigDecimal.valueOf(min)) < 0
        || whole.compareTo(BigDecimal.valueOf(max)) > 0) {
      throw notValid(name, "Out of bounds coercing to integral value");
    }
    return bounded(name, whole.longValueExact());
  }

  private static BigDecimal exact(BsonNumber number) {
    if (number instanceof BsonDouble real) {
      return new BigDecimal(real.getValue());
    }
    if (number instanceof BsonDecimal128 decimal) {
      // The type knows a zero with a sign, and a BigDecimal does not.
      return decimal.doubleValue() == 0 ? BigDecimal.ZERO : decimal.getValue().bigDecimalValue();
    }
    return BigDecimal.valueOf(number.longValue());
  }

  private static long bounded(String name, long value) {
    Long least = AT_LEAST.get(name);
    if (least != null && value < least) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Invalid value for parameter %s: %d is not greater than or equal to %d"
              .formatted(name, value, least));
    }
    return value;
  }

  private static CommandFailure notValid(String name, String why) {
    return new CommandFailure(ErrorCode.BAD_VALUE, "Failed validating " + name + ": " + why);
  }

  /** Higher levels than there are mean the highest one. */
  private static BsonValue logLevel(BsonValue given) {
    double level =
        given instanceof BsonBoolean flag
            ? flag.getValue() ? 1 : 0
            : given instanceof BsonNumber number ? number.doubleValue() : -1;
    if (!(level > -1)) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Invalid value for logLevel: " + ElementText.field(LOG_LEVEL, given));
    }
    return new BsonInt32((int) Math.min(level, MAX_LOG_LEVEL));
  }
}
