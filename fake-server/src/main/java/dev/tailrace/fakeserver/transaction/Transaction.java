package dev.tailrace.fakeserver.transaction;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.CatalogEntry;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.NewDocument;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * A multi-document transaction under way: a snapshot, a catalog of its own that began as that
 * snapshot, and what it wrote. Not thread-safe.
 */
public final class Transaction {

  /**
   * A document that the transaction has written, or wants to.
   *
   * @param uuid its collection
   * @param id its {@code _id}
   */
  public record Touched(BsonBinary uuid, BsonValue id) {}

  private final BsonBinary sessionId;
  private final long txnNumber;
  private final long startedNanos;
  private long lifetimeNanos = Long.MAX_VALUE;
  private final State snapshot;
  private final BsonTimestamp snapshotTime;
  private BsonDocument api = new BsonDocument();
  private State state;
  private final List<Change> changes = new ArrayList<>();
  private final Set<Touched> touched = new LinkedHashSet<>();
  private final Set<Namespace> created = new LinkedHashSet<>();
  private final Set<Namespace> locked = new LinkedHashSet<>();

  Transaction(
      BsonBinary sessionId,
      long txnNumber,
      State snapshot,
      BsonTimestamp snapshotTime,
      long nowNanos) {
    this.sessionId = sessionId;
    this.txnNumber = txnNumber;
    this.snapshot = snapshot;
    this.snapshotTime = snapshotTime;
    startedNanos = nowNanos;
    state = snapshot;
  }

  /** The UUID of its session. */
  public BsonBinary sessionId() {
    return sessionId;
  }

  /** Its number within the session. */
  public long txnNumber() {
    return txnNumber;
  }

  /** The catalog as the transaction sees it. */
  public State state() {
    return state;
  }

  /** The catalog as it was when the transaction began. */
  public State snapshot() {
    return snapshot;
  }

  /** The cluster time of that. */
  public BsonTimestamp snapshotTime() {
    return snapshotTime;
  }

  /** What it wrote, in order. */
  public List<Change> changes() {
    return changes;
  }

  /** Whether it has created that collection. */
  public boolean hasCreated(Namespace namespace) {
    return created.contains(namespace);
  }

  /** Sets how long it may take; what it was when a transaction starts holds until it ends. */
  public void limitTo(long nanos) {
    lifetimeNanos = nanos;
  }

  /** Sets which version of the API its first command meant. */
  public void setApi(BsonDocument fields) {
    api = fields;
  }

  /** Which version of the API its first command meant. */
  public BsonDocument api() {
    return api;
  }

  boolean isOverdue(long nowNanos) {
    return nowNanos - startedNanos >= lifetimeNanos;
  }

  /**
   * Has those collections stay as they are until the transaction ends, whether it reads them or
   * writes to them: it holds the same lock for either.
   */
  public void lock(Collection<Namespace> names) {
    locked.addAll(names);
  }

  /** Whether it has locked that collection. */
  public boolean hasLocked(Namespace name) {
    return locked.contains(name);
  }

  boolean holds(LockQueue.Exclusive wanted) {
    return locked.stream().anyMatch(wanted::covers);
  }

  boolean hasTouched(Touched document) {
    return touched.contains(document);
  }

  /** Writes. */
  public void write(List<Change> written, State after) {
    for (Change change : written) {
      if (change instanceof Change.Create create) {
        created.add(create.namespace());
      }
    }
    changes.addAll(written);
    state = after;
  }

  /**
   * Takes a document for itself.
   *
   * @param head the newest catalog
   * @throws CommandFailure 112 if it was changed since the snapshot was taken
   */
  void touch(Touched document, State head) {
    if (!touched.contains(document) && !isSame(document, snapshot, head)) {
      throw writeConflict();
    }
    touched.add(document);
  }

  @SuppressWarnings("ReferenceEquality") // A document that nobody wrote stays the very same object.
  private static boolean isSame(Touched document, State before, State now) {
    StoredCollection old = before.collection(document.uuid());
    StoredCollection current = now.collection(document.uuid());
    RawBsonDocument oldDocument = old == null ? null : old.documentById(document.id());
    RawBsonDocument newDocument = current == null ? null : current.documentById(document.id());
    return oldDocument == newDocument;
  }

  /**
   * The newest catalog with all that this transaction wrote.
   *
   * @throws CommandFailure 112 if that does not go together
   */
  public State applyTo(State head) {
    State result = head;
    for (Namespace namespace : created) {
      CatalogEntry entry = state.entry(namespace);
      if (entry != null) {
        if (result.entry(namespace) != null) {
          throw writeConflict();
        }
        result = result.with(entry);
      }
    }
    for (Touched document : touched) {
      StoredCollection mine = state.collection(document.uuid());
      StoredCollection theirs = result.collection(document.uuid());
      if (mine == null || created.contains(mine.namespace())) {
        continue; // Came in with its collection.
      }
      if (theirs == null) {
        throw writeConflict();
      }
      result = result.with(put(theirs, document.id(), mine));
    }
    return result;
  }

  private static StoredCollection put(StoredCollection into, BsonValue id, StoredCollection from) {
    RawBsonDocument wanted = from.documentById(id);
    Long recordId = into.recordIdOf(id);
    try {
      if (wanted == null) {
        return recordId == null ? into : into.delete(recordId);
      }
      return recordId == null
          ? into.insert(new NewDocument(id, wanted))
          : into.update(recordId, wanted);
    } catch (CommandFailure duplicateKey) {
      throw writeConflict();
    }
  }

  /** The refusal of a write to what another transaction has written, or wants to. */
  public static CommandFailure writeConflict() {
    return new CommandFailure(
        ErrorCode.WRITE_CONFLICT,
        "WriteConflict error: this operation conflicted with another operation. Please retry your"
            + " operation or multi-document transaction.");
  }
}
