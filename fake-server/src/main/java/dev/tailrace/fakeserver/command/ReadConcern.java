package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
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
 */
public record ReadConcern(@Nullable Level level, @Nullable BsonTimestamp afterClusterTime) {

  /** Whatever there is. */
  static final ReadConcern NONE = new ReadConcern(null, null);

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
    for (String field : document.keySet()) {
      BsonValue given = document.get(field);
      switch (field) {
        case "level" -> level = level(given);
        case "afterClusterTime" -> after = time(field, given);
        case "atClusterTime" -> time(field, given);
        case "provenance", "allowTransactionTableSnapshot", "waitLastStableRecoveryTimestamp" -> {}
        default ->
            throw new CommandFailure(
                ErrorCode.INVALID_OPTIONS, "Unrecognized option in readConcern: " + field);
      }
    }
    return new ReadConcern(level, after);
  }

  private static Level level(@Nullable BsonValue value) {
    if (!(value instanceof BsonString name)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "\"readConcern.level\" had the wrong type. Expected string, found "
              + BsonTypes.name(value));
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

  private static BsonTimestamp time(String field, @Nullable BsonValue value) {
    if (!(value instanceof BsonTimestamp time)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "\"readConcern.%s\" had the wrong type. Expected timestamp, found %s"
              .formatted(field, BsonTypes.name(value)));
    }
    return time;
  }

  /** Whether only what the majority has may be read. */
  public boolean isMajority() {
    return level == Level.MAJORITY || level == Level.SNAPSHOT || level == Level.LINEARIZABLE;
  }

  /** The same, read from what the majority has. */
  ReadConcern asMajority() {
    return new ReadConcern(Level.MAJORITY, afterClusterTime);
  }
}
