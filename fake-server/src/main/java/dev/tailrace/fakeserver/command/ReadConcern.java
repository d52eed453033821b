package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.Locale;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What a command wants to read.
 *
 * @param level the level; null where none was given
 * @param afterClusterTime a time that the data must have reached; null for none
 * @param atClusterTime the time at which the data is to be read; null for the newest
 */
public record ReadConcern(
    @Nullable Level level,
    @Nullable BsonTimestamp afterClusterTime,
    @Nullable BsonTimestamp atClusterTime) {

  /** Whatever there is. */
  static final ReadConcern NONE = new ReadConcern(null, null, null);

  /** The levels. */
  public enum Level {
    LOCAL,
    AVAILABLE,
    MAJORITY,
    LINEARIZABLE,
    SNAPSHOT;

    /** The level as commands spell it. */
    public String spelling() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads {@code readConcern}.
   *
   * @throws CommandFailure as the server would refuse it
   */
  static ReadConcern of(@Nullable BsonValue value, ServerVersion version) {
    if (value == null) {
      return NONE;
    }
    if (!(value instanceof BsonDocument document)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH, "readConcern must be an object, not a " + BsonTypes.name(value));
    }
    Level level = null;
    BsonTimestamp after = null;
    BsonTimestamp at = null;
    for (String field : document.keySet()) {
      BsonValue given = document.get(field);
      switch (field) {
        case "level" -> level = level(given, version);
        case "afterClusterTime" -> after = time(field, given, version);
        case "atClusterTime" -> at = time(field, given, version);
        case "afterOpTime" -> OpTimes.check(field, given);
        case "provenance", "allowTransactionTableSnapshot", "waitLastStableRecoveryTimestamp" -> {}
        default ->
            throw new CommandFailure(
                ErrorCode.INVALID_OPTIONS, "Unrecognized option in readConcern: " + field);
      }
    }
    ReadConcern concern = new ReadConcern(level, after, at);
    concern.checkTimes();
    return concern;
  }

  private void checkTimes() {
    if (afterClusterTime != null && atClusterTime != null) {
      throw invalid(
          "Specifying a timestamp for readConcern snapshot in a causally consistent session is not"
              + " allowed. See"
              + " https://docs.mongodb.com/manual/core/read-isolation-consistency-recency/"
              + "#causal-consistency");
    }
    if (afterClusterTime != null && (level == Level.AVAILABLE || level == Level.LINEARIZABLE)) {
      throw invalid(
          "afterClusterTime field can be set only if level is equal to majority, local, or"
              + " snapshot");
    }
    if (atClusterTime != null && level != Level.SNAPSHOT) {
      throw invalid("atClusterTime field can be set only if level is equal to snapshot");
    }
    requireSet("atClusterTime", atClusterTime);
    requireSet("afterClusterTime", afterClusterTime);
  }

  private static void requireSet(String field, @Nullable BsonTimestamp time) {
    if (time != null && time.getValue() == 0) {
      throw invalid(field + " cannot be a null timestamp");
    }
  }

  private static CommandFailure invalid(String message) {
    return new CommandFailure(ErrorCode.INVALID_OPTIONS, message);
  }

  private static Level level(@Nullable BsonValue value, ServerVersion version) {
    if (!(value instanceof BsonString name)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "\"%s\" had the wrong type. Expected string, found %s"
              .formatted(path("level", version), BsonTypes.name(value)));
    }
    for (Level level : Level.values()) {
      if (level.spelling().equals(name.getValue())) {
        return level;
      }
    }
    throw new CommandFailure(
        ErrorCode.FAILED_TO_PARSE,
        "readConcern.level must be either 'local', 'majority', 'linearizable', 'available', or"
            + " 'snapshot'");
  }

  private static BsonTimestamp time(
      String field, @Nullable BsonValue value, ServerVersion version) {
    if (!(value instanceof BsonTimestamp time)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "\"%s\" had the wrong type. Expected timestamp, found %s"
              .formatted(path(field, version), BsonTypes.name(value)));
    }
    return time;
  }

  private static String path(String field, ServerVersion version) {
    return version.atLeast(5, 0) ? "readConcern." + field : field;
  }

  /**
   * The refusal of a level by a command, which shows it as the server has understood it.
   *
   * @param why the reason
   */
  static CommandFailure notSupported(Invocation call, Level level, String why) {
    BsonDocument shown = new BsonDocument("level", new BsonString(level.spelling()));
    ReadConcern said = of(call.request().get("readConcern"), call.version());
    if (said.afterClusterTime != null) {
      shown.append("afterClusterTime", said.afterClusterTime);
    }
    if (said.atClusterTime != null) {
      shown.append("atClusterTime", said.atClusterTime);
    }
    if (call.version().atLeast(4, 4)) {
      shown.append("provenance", new BsonString("clientSupplied"));
    }
    return invalid(
        "Command %s does not support %s :: caused by :: %s"
            .formatted(
                call.request().name(),
                ElementText.value(new BsonDocument("readConcern", shown)),
                why));
  }

  /** Whether only what the majority has may be read. */
  public boolean isMajority() {
    return level == Level.MAJORITY || level == Level.SNAPSHOT || level == Level.LINEARIZABLE;
  }

  /** The time that the data must have reached before anything is read; null for none. */
  @Nullable BsonTimestamp earliest() {
    return atClusterTime == null ? afterClusterTime : atClusterTime;
  }

  /** The same, read from what the majority has. */
  ReadConcern asMajority() {
    return new ReadConcern(Level.MAJORITY, afterClusterTime, null);
  }
}
