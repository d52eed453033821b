package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.command.Definition.Trait;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.oplog.Oplog;
import dev.tailrace.fakeserver.oplog.OplogEntry;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.transaction.Transaction;
import java.util.Collection;
import java.util.List;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots of collections that have become others since.
 *
 * <p>Up to 6.x a server knows only its newest catalog: a collection that was created or renamed
 * after a snapshot was taken cannot be looked at through it at all. From 7.0 on it knows the
 * catalog of then, and refuses but a transaction's writes.
 */
final class CatalogConflicts {

  private CatalogConflicts() {}

  /**
   * Checks the collections that a command in a transaction is about.
   *
   * @throws CommandFailure 246 or 112
   */
  static void check(
      Invocation call,
      Definition definition,
      Transaction transaction,
      Collection<Namespace> names) {
    Snapshot snapshot = new Snapshot(transaction.snapshotTime(), transaction.snapshot());
    for (Namespace name : names) {
      if (transaction.hasCreated(name)) {
        continue;
      }
      StoredCollection now = call.set().journal().head().collection(name);
      StoredCollection then = snapshot.state().collection(name);
      if (!call.version().atLeast(7, 0)) {
        if (now != null) {
          requireSame(call, snapshot, then, now);
        }
      } else if (definition.has(Trait.RETRYABLE_WRITE) && !isSameWithIndexes(then, now)) {
        throw new CommandFailure(
            ErrorCode.WRITE_CONFLICT,
            "Unable to write to collection '%s' due to catalog changes; please retry the operation"
                .formatted(name));
      }
    }
  }

  /**
   * Checks the collections that a command reads through a snapshot.
   *
   * @throws CommandFailure 246
   */
  static void check(Invocation call, Snapshot snapshot) {
    if (call.version().atLeast(7, 0)) {
      return;
    }
    for (Namespace name : LockedNames.of(call)) {
      StoredCollection now = call.set().journal().head().collection(name);
      if (now != null) {
        requireSame(call, snapshot, snapshot.state().collection(name), now);
      }
    }
  }

  private static void requireSame(
      Invocation call, Snapshot snapshot, @Nullable StoredCollection then, StoredCollection now) {
    BsonTimestamp minimum = minimum(call.set().journal().oplog(), snapshot.time(), now);
    boolean isSame = then != null && then.uuid().equals(now.uuid());
    if (isSame && minimum == null) {
      return;
    }
    throw new CommandFailure(
        ErrorCode.SNAPSHOT_UNAVAILABLE,
        ("Unable to read from a snapshot due to pending collection catalog changes; please retry"
                + " the operation. Snapshot timestamp is %s. Collection minimum is %s")
            .formatted(
                Snapshot.print(snapshot.time()),
                Snapshot.print(minimum == null ? snapshot.time() : minimum)));
  }

  /** When the collection last became another one after that; null for never. */
  private static @Nullable BsonTimestamp minimum(
      Oplog oplog, BsonTimestamp after, StoredCollection collection) {
    for (long position = oplog.endPosition() - 1; position >= oplog.firstPosition(); position--) {
      OplogEntry entry = oplog.get(position);
      if (entry.time().compareTo(after) <= 0) {
        return null;
      }
      for (Change change : entry.changes()) {
        boolean makesItAnother =
            change instanceof Change.Create
                || change instanceof Change.Rename
                || change instanceof Change.DropIndex;
        if (makesItAnother && ((Change.OnCollection) change).uuid().equals(collection.uuid())) {
          return entry.time();
        }
      }
    }
    return null;
  }

  private static boolean isSameWithIndexes(
      @Nullable StoredCollection then, @Nullable StoredCollection now) {
    if (then == null || now == null) {
      return then == now;
    }
    return then.uuid().equals(now.uuid()) && indexNames(then).equals(indexNames(now));
  }

  private static List<String> indexNames(StoredCollection collection) {
    return collection.indexes().stream().map(Index::name).toList();
  }
}
