package dev.tailrace.fakeserver.oplog;

import dev.tailrace.fakeserver.storage.Change;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the oplog: changes that happened together.
 *
 * @param time its cluster time, that of every event made of it
 * @param term the term of the primary that wrote it
 * @param wallMillis the primary's wall clock
 * @param changes what was done, in order; more than one for a transaction, and for a batch of
 *     inserts from 8.0 on
 * @param transaction the multi-document transaction that this is the commit of; null for others
 */
public record OplogEntry(
    BsonTimestamp time,
    long term,
    long wallMillis,
    List<Change> changes,
    @Nullable TransactionId transaction) {

  public OplogEntry {
    changes = List.copyOf(changes);
  }

  /** This entry, the images of its changes let go. */
  OplogEntry withoutImages() {
    boolean hasImages = changes.stream().anyMatch(change -> change.recordedImages() != null);
    return hasImages
        ? new OplogEntry(
            time,
            term,
            wallMillis,
            changes.stream().map(Change::withoutImages).toList(),
            transaction)
        : this;
  }

  /**
   * Which transaction.
   *
   * @param lsid the session as the oplog has it, <code>{id, uid}</code>
   * @param txnNumber its number within the session
   */
  public record TransactionId(BsonDocument lsid, long txnNumber) {}
}
