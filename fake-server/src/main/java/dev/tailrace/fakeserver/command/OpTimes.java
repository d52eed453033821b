package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.replset.Journal;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Points of the history as replies name them. */
final class OpTimes {

  private OpTimes() {}

  /** The last entry before a position: <code>{ts, t}</code>. */
  static BsonDocument at(Journal journal, long position) {
    return new BsonDocument("ts", journal.timeAt(position))
        .append("t", new BsonInt64(journal.termAt(position)));
  }

  /**
   * Refuses what is no such point.
   *
   * @throws CommandFailure 4 or 14
   */
  static void check(String field, @Nullable BsonValue value) {
    if (!(value instanceof BsonDocument opTime)) {
      throw wrongType(field, "object", value);
    }
    BsonValue time = opTime.get("ts");
    BsonValue term = opTime.get("t");
    if (time == null || term == null) {
      throw new CommandFailure(
          ErrorCode.NO_SUCH_KEY, "Missing expected field \"" + (time == null ? "ts" : "t") + "\"");
    }
    if (!time.isTimestamp()) {
      throw wrongType("ts", "timestamp", time);
    }
    if (!term.isNumber()) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "Expected field \"t\" to have numeric type, but found " + BsonTypes.name(term));
    }
  }

  private static CommandFailure wrongType(String field, String wanted, @Nullable BsonValue found) {
    return new CommandFailure(
        ErrorCode.TYPE_MISMATCH,
        "\"%s\" had the wrong type. Expected %s, found %s"
            .formatted(field, wanted, BsonTypes.name(found)));
  }
}
