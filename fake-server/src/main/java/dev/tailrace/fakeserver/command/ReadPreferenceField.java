package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code $readPreference} as 4.4 reads it, before it looks into the command. */
final class ReadPreferenceField {

  private static final String PRIMARY = "primary";

  private static final Set<String> MODES =
      Set.of(PRIMARY, "primaryPreferred", "secondary", "secondaryPreferred", "nearest");

  private static final int MIN_MAX_STALENESS_SECONDS = 90;

  private ReadPreferenceField() {}

  /**
   * Refuses what is no read preference.
   *
   * @throws CommandFailure 2, 4, 14 or 160
   */
  static void check(@Nullable BsonValue value) {
    if (value == null) {
      return;
    }
    if (!(value instanceof BsonDocument preference)) {
      throw wrongType(
          "$readPreference has incorrect type: expected object but got " + BsonTypes.name(value));
    }
    String mode = mode(preference.get("mode"));
    checkTags(preference.get("tags"), mode);
    checkStaleness(preference.get("maxStalenessSeconds"), mode);
  }

  private static String mode(@Nullable BsonValue value) {
    if (value == null) {
      throw new CommandFailure(ErrorCode.NO_SUCH_KEY, "Missing expected field \"mode\"");
    }
    if (!(value instanceof BsonString mode)) {
      throw wrongType(
          "\"mode\" had the wrong type. Expected string, found " + BsonTypes.name(value));
    }
    if (!MODES.contains(mode.getValue())) {
      throw badValue(
          ("Could not parse $readPreference mode '%s'. Only the modes 'primary', 'primaryPreferred',"
                  + " 'secondary', 'secondaryPreferred', and 'nearest' are supported. :: caused by"
                  + " :: Enumeration value '%s' for field 'mode' is not a valid value.")
              .formatted(mode.getValue(), mode.getValue()));
    }
    return mode.getValue();
  }

  private static void checkTags(@Nullable BsonValue value, String mode) {
    if (value == null) {
      return;
    }
    if (!(value instanceof BsonArray tags)) {
      throw wrongType(
          "\"tags\" had the wrong type. Expected array, found " + BsonTypes.name(value));
    }
    boolean sayNothing =
        tags.stream().allMatch(set -> set instanceof BsonDocument document && document.isEmpty());
    if (mode.equals(PRIMARY) && !sayNothing) {
      throw badValue("Only empty tags are allowed with primary read preference");
    }
  }

  private static void checkStaleness(@Nullable BsonValue value, String mode) {
    if (value == null) {
      return;
    }
    if (!(value instanceof BsonNumber seconds)) {
      throw wrongType(
          "Expected field \"maxStalenessSeconds\" to have numeric type, but found "
              + BsonTypes.name(value));
    }
    if (seconds.longValue() < 0) {
      throw badValue("maxStalenessSeconds must be a non-negative integer");
    }
    if (seconds.longValue() > 0 && seconds.longValue() < MIN_MAX_STALENESS_SECONDS) {
      throw new CommandFailure(
          ErrorCode.MAX_STALENESS_OUT_OF_RANGE,
          "maxStalenessSeconds value can not be less than " + MIN_MAX_STALENESS_SECONDS);
    }
    if (seconds.longValue() > 0 && mode.equals(PRIMARY)) {
      throw badValue("maxStalenessSeconds can not be set for the primary mode");
    }
  }

  private static CommandFailure wrongType(String message) {
    return new CommandFailure(ErrorCode.TYPE_MISMATCH, message);
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }
}
