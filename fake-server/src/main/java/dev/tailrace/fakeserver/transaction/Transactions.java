package dev.tailrace.fakeserver.transaction;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.transaction.Transaction.Touched;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonBinary;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of all sessions, one for each session at a time. Lives in the primary's memory:
 * what is under way when the primary changes is aborted. Not thread-safe.
 */
public final class Transactions {

  private enum Status {
    IN_PROGRESS,
    COMMITTED,
    ABORTED
  }

  /** The newest transaction of a session. */
  private static final class Newest {
    final Transaction transaction;
    Status status = Status.IN_PROGRESS;

    Newest(Transaction transaction) {
      this.transaction = transaction;
    }
  }

  private final Map<BsonBinary, Newest> bySession = new LinkedHashMap<>();
  private final LockQueue lockQueue = new LockQueue();
  private int inProgress;
  private long ended;

  /** Who waits for transactions to let go of collections. */
  public LockQueue lockQueue() {
    return lockQueue;
  }

  /** Whether a transaction under way has touched what somebody wants for himself. */
  public boolean isHeld(LockQueue.Exclusive wanted) {
    if (inProgress > 0) {
      for (Newest newest : bySession.values()) {
        if (newest.status == Status.IN_PROGRESS && newest.transaction.holds(wanted)) {
          return true;
        }
      }
    }
    return false;
  }

  /** How many transactions have ended so far, one way or the other. */
  public long ended() {
    return ended;
  }

  /** The number of the newest transaction of a session; -1 if it never had one. */
  public long newestNumber(BsonBinary sessionId) {
    Newest newest = bySession.get(sessionId);
    return newest == null ? -1 : newest.transaction.txnNumber();
  }

  /**
   * Starts a transaction, and aborts the one before if that is still under way.
   *
   * @param retryableNumber the newest retryable write of the session; -1 for none
   * @throws CommandFailure 225 or 117 if the number is not a new one
   */
  public Transaction start(
      BsonBinary sessionId,
      long txnNumber,
      long retryableNumber,
      State snapshot,
      BsonTimestamp snapshotTime,
      long nowNanos) {
    requireNotOld(sessionId, txnNumber, retryableNumber);
    Newest newest = bySession.get(sessionId);
    if (txnNumber == retryableNumber || txnNumber == newestNumber(sessionId)) {
      throw new CommandFailure(
          ErrorCode.CONFLICTING_OPERATION_IN_PROGRESS,
          "Only servers in a sharded cluster can start a new transaction at the active"
              + " transaction number");
    }
    if (newest != null) {
      abort(newest);
    }
    Transaction transaction =
        new Transaction(sessionId, txnNumber, snapshot, snapshotTime, nowNanos);
    bySession.put(sessionId, new Newest(transaction));
    inProgress++;
    return transaction;
  }

  private void requireNotOld(BsonBinary sessionId, long txnNumber, long retryableNumber) {
    long newest = Math.max(newestNumber(sessionId), retryableNumber);
    if (txnNumber < newest) {
      throw new CommandFailure(
          ErrorCode.TRANSACTION_TOO_OLD,
          ("Cannot start transaction %d on session %s because a newer %s with txnNumber %d has"
                  + " already started on this session.")
              .formatted(
                  txnNumber,
                  SessionInfo.print(sessionId),
                  newest == retryableNumber ? "retryable write" : "transaction",
                  newest));
    }
  }

  /**
   * The transaction that a command goes on with.
   *
   * @throws CommandFailure 225, 251 or 256 if it is not under way
   */
  public Transaction inProgress(BsonBinary sessionId, long txnNumber, long retryableNumber) {
    Newest newest = known(sessionId, txnNumber, retryableNumber);
    if (newest.status == Status.COMMITTED) {
      throw new CommandFailure(
          ErrorCode.TRANSACTION_COMMITTED,
          "Transaction %d has been committed.".formatted(txnNumber));
    }
    requireNotAborted(newest);
    return newest.transaction;
  }

  /**
   * The transaction that is to be committed; null if it was committed before.
   *
   * @throws CommandFailure 225 or 251 if there is none
   */
  public @Nullable Transaction toCommit(
      BsonBinary sessionId, long txnNumber, long retryableNumber) {
    Newest newest = known(sessionId, txnNumber, retryableNumber);
    requireNotAborted(newest);
    return newest.status == Status.COMMITTED ? null : newest.transaction;
  }

  private Newest known(BsonBinary sessionId, long txnNumber, long retryableNumber) {
    requireNotOld(sessionId, txnNumber, retryableNumber);
    Newest newest = bySession.get(sessionId);
    if (newest == null || newest.transaction.txnNumber() != txnNumber) {
      long active = Math.max(newestNumber(sessionId), retryableNumber);
      throw new CommandFailure(
          ErrorCode.NO_SUCH_TRANSACTION,
          ("Given transaction number %d does not match any in-progress transactions. The active"
                  + " transaction number is %d")
              .formatted(txnNumber, active));
    }
    return newest;
  }

  private static void requireNotAborted(Newest newest) {
    if (newest.status == Status.ABORTED) {
      throw new CommandFailure(
          ErrorCode.NO_SUCH_TRANSACTION,
          "Transaction %d has been aborted.".formatted(newest.transaction.txnNumber()));
    }
  }

  /** The transaction is committed: what it wrote is in the history. */
  public void committed(Transaction transaction) {
    end(transaction, Status.COMMITTED);
  }

  /** Aborts a transaction that is under way; does nothing to another. */
  public void abort(Transaction transaction) {
    end(transaction, Status.ABORTED);
  }

  private void abort(Newest newest) {
    end(newest.transaction, Status.ABORTED);
  }

  private void end(Transaction transaction, Status how) {
    Newest newest = bySession.get(transaction.sessionId());
    if (newest != null
        && newest.transaction == transaction
        && newest.status == Status.IN_PROGRESS) {
      newest.status = how;
      inProgress--;
      ended++;
    }
  }

  /** Aborts what a session has under way. */
  public void abortOf(BsonBinary sessionId) {
    Newest newest = bySession.get(sessionId);
    if (newest != null) {
      abort(newest);
    }
  }

  /** Forgets what is known of a session, which has nothing under way. */
  public void forget(BsonBinary sessionId) {
    bySession.remove(sessionId);
  }

  /** Aborts everything that is under way. */
  public void abortAll() {
    if (inProgress > 0) {
      List.copyOf(bySession.values()).forEach(this::abort);
    }
  }

  /** Aborts what has been under way for too long. */
  public void expire(long nowNanos) {
    if (inProgress > 0) {
      for (Newest newest : new ArrayList<>(bySession.values())) {
        if (newest.transaction.isOverdue(nowNanos)) {
          abort(newest);
        }
      }
    }
  }

  /** Whether any transaction is under way. */
  public boolean isAnyInProgress() {
    return inProgress > 0;
  }

  /**
   * Has a transaction take a document for itself.
   *
   * @throws CommandFailure 112 if another one has it, or it was changed since
   */
  public void touch(Transaction transaction, Touched document, State head) {
    if (isTouchedByAnother(document, transaction)) {
      throw Transaction.writeConflict();
    }
    transaction.touch(document, head);
  }

  /** Whether a transaction other than that one has the document for itself. */
  public boolean isTouchedByAnother(Touched document, @Nullable Transaction transaction) {
    if (inProgress == 0) {
      return false;
    }
    for (Newest newest : bySession.values()) {
      if (newest.status == Status.IN_PROGRESS
          && newest.transaction != transaction
          && newest.transaction.hasTouched(document)) {
        return true;
      }
    }
    return false;
  }
}
