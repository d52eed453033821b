package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The option {@code expireAfterSeconds}: where it may stand, and what may be its value. */
final class Expiry {

  static final String OPTION = "expireAfterSeconds";

  private Expiry() {}

  /**
   * Checks the description of an index that may be one of documents that expire.
   *
   * @throws CommandFailure 67
   */
  static void checkIndex(Invocation call, BsonDocument spec) {
    BsonValue seconds = spec.get(OPTION);
    if (seconds == null) {
      return;
    }
    String index = "Index spec: " + ElementText.value(spec);
    String wrong = wrong(call, seconds);
    if (wrong != null) {
      throw new CommandFailure(
          ErrorCode.CANNOT_CREATE_INDEX,
          call.version().atLeast(5, 0)
              ? ". " + index + " :: caused by :: " + wrong
              : wrong + ". " + index);
    }
    if (spec.getDocument("key").size() != 1) {
      throw new CommandFailure(ErrorCode.CANNOT_CREATE_INDEX, compound() + ". " + index);
    }
  }

  /**
   * Checks the option of {@code create}.
   *
   * @throws CommandFailure 72
   */
  static void checkCreate(Invocation call, BsonDocument options) {
    BsonValue seconds = options.get(OPTION);
    if (seconds == null) {
      return;
    }
    if (!options.containsKey("clusteredIndex") && !options.containsKey("timeseries")) {
      throw invalid(
          "'expireAfterSeconds' is only supported on time-series collections"
              + (call.version().atLeast(5, 3)
                  ? " or when the 'clusteredIndex' option is specified"
                  : ""));
    }
    requireRight(call, seconds);
  }

  /**
   * Changes the option of a collection, as {@code collMod} does.
   *
   * @return the new value; null if nothing is to expire any more
   * @throws CommandFailure 72
   */
  static @Nullable BsonValue changed(
      Invocation call, StoredCollection collection, BsonValue seconds) {
    if (!call.version().atLeast(5, 0)) {
      throw invalid("unknown option to collMod: " + OPTION);
    }
    if (!collection.options().containsKey("clusteredIndex")) {
      throw invalid(
          "'expireAfterSeconds' option is only supported on collections clustered by _id");
    }
    if (seconds instanceof BsonString word) {
      if (word.getValue().equals("off")) {
        return null;
      }
      throw invalid(
          "Invalid string value for the 'clusteredIndex::expireAfterSeconds' option. Got: '%s'."
                  .formatted(word.getValue())
              + " Accepted value is 'off'");
    }
    requireRight(call, seconds);
    return Double.isNaN(((BsonNumber) seconds).doubleValue())
        ? seconds
        : new BsonInt64((long) ((BsonNumber) seconds).doubleValue());
  }

  /**
   * Checks a change of an index: only from 5.1 on may it be one that nothing expired by before.
   *
   * @throws CommandFailure 72
   */
  static void checkIndexChange(Invocation call, Index index, BsonValue seconds) {
    requireRight(call, seconds);
    if (index.spec().containsKey(OPTION)) {
      return;
    }
    if (!call.version().atLeast(5, 1)) {
      throw invalid("no expireAfterSeconds field to update");
    }
    if (Index.isIdKey(index.key())) {
      throw invalid("the _id field does not support TTL indexes");
    }
    if (index.key().size() != 1) {
      throw invalid(compound());
    }
  }

  /**
   * Until when documents have to be of, for their time to be over; {@link Long#MIN_VALUE}, which is
   * before all of them, for what is not a number. Older releases take that, and some of them for 0;
   * it means never to the others.
   */
  static long untilMillis(BsonNumber seconds, long wallMillis) {
    double value = seconds.doubleValue();
    return Double.isNaN(value)
        ? Long.MIN_VALUE
        : wallMillis - TimeUnit.SECONDS.toMillis((long) value);
  }

  private static void requireRight(Invocation call, BsonValue seconds) {
    String wrong = wrong(call, seconds);
    if (wrong != null) {
      throw invalid(wrong);
    }
  }

  /** What is wrong with a value; null for nothing. */
  private static @Nullable String wrong(Invocation call, BsonValue seconds) {
    String option = "TTL index 'expireAfterSeconds' option ";
    if (!(seconds instanceof BsonNumber number)) {
      return option + "must be numeric, but received a type of '" + BsonTypes.name(seconds) + "'";
    }
    if (Double.isNaN(number.doubleValue())) {
      return call.version().atLeast(5, 0, 14) ? option + "must not be NaN" : null;
    }
    if (number.doubleValue() < 0) {
      return option + "cannot be less than 0";
    }
    return number.doubleValue() > TimeUnit.MILLISECONDS.toSeconds(call.wallMillis())
        ? option + "must be within an acceptable range, try a lower number"
        : null;
  }

  private static String compound() {
    return "TTL indexes are single-field indexes, compound indexes do not support TTL";
  }

  private static CommandFailure invalid(String message) {
    return new CommandFailure(ErrorCode.INVALID_OPTIONS, message);
  }
}
