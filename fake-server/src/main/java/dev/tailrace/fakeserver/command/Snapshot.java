package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.command.ReadConcern.Level;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.replset.Journal;
import dev.tailrace.fakeserver.storage.State;
import java.util.Set;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * The data as it was at one cluster time.
 *
 * @param time the cluster time
 * @param state the catalog then
 */
record Snapshot(BsonTimestamp time, State state) {

  /** Commands that read snapshots outside of transactions, since 5.0. */
  private static final Set<String> READERS = Set.of("find", "aggregate", "distinct");

  /** Commands that leave it to another what is read. */
  private static final Set<String> FOLLOWERS = Set.of("getMore", "explain");

  /** Whether the command reads a snapshot outside of transactions. */
  static boolean isRead(Invocation call) {
    return call.readConcern().level() == Level.SNAPSHOT
        && !ErrorLabels.opensChangeStream(call.request().body()); // Which takes no snapshots.
  }

  /**
   * Refuses the read concern {@code snapshot} where there is none outside of transactions.
   *
   * @throws CommandFailure 72 or 123
   */
  static void requireReadable(Invocation call, String command) {
    if (!isRead(call)) {
      return;
    }
    if (!call.version().atLeast(5, 0)) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "readConcern level snapshot is only valid for the first transaction operation");
    }
    if (!READERS.contains(command)) {
      throw ReadConcern.notSupported(call, Level.SNAPSHOT, "read concern snapshot not supported");
    }
    if (call.world().standalone()) {
      throw new CommandFailure(
          ErrorCode.NOT_A_REPLICA_SET,
          "node needs to be a replica set member to use readConcern: snapshot");
    }
  }

  /**
   * Refuses a level where a command reads nothing that has one.
   *
   * @throws CommandFailure 72
   */
  static void requireNoLevel(Invocation call) {
    if (FOLLOWERS.contains(call.request().name())) {
      return;
    }
    Level level = ReadConcern.of(call.request().get("readConcern"), call.version()).level();
    if (level != null && level != Level.LOCAL) {
      throw ReadConcern.notSupported(call, level, "read concern not supported");
    }
  }

  /**
   * The data at a time, or where none is given the newest that the majority has.
   *
   * @param at a time that the member has reached
   * @throws CommandFailure 239 if it is too long ago, 246 if the catalog was another one then
   */
  static Snapshot take(Invocation call, @Nullable BsonTimestamp at) {
    Journal journal = call.set().journal();
    BsonTimestamp time = at == null ? journal.timeAt(call.readPosition()) : at;
    Snapshot snapshot = new Snapshot(time, stateAt(journal, time));
    CatalogConflicts.check(call, snapshot);
    return snapshot;
  }

  /**
   * The catalog at a time.
   *
   * @throws CommandFailure 239 if it is too long ago
   */
  static State stateAt(Journal journal, BsonTimestamp time) {
    State state = journal.stateAt(time);
    if (state == null) {
      throw new CommandFailure(
          ErrorCode.SNAPSHOT_TOO_OLD,
          "Read timestamp %s is older than the oldest available timestamp.".formatted(print(time)));
    }
    return state;
  }

  /** A time as messages about snapshots print it. */
  static String print(BsonTimestamp time) {
    return "Timestamp(%d, %d)"
        .formatted(Integer.toUnsignedLong(time.getTime()), Integer.toUnsignedLong(time.getInc()));
  }
}
