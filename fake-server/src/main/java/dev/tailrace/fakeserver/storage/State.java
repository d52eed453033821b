package dev.tailrace.fakeserver.storage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bson.BsonBinary;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePMap;

/**
 * The whole catalog at one moment: every collection with its documents, every view, and what a
 * retried write must find again. Immutable; a change gives a new value that shares what did not
 * change.
 *
 * <p>A database is there while it has an entry.
 */
public final class State {

  private static final State EMPTY =
      new State(TreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

  private final TreePMap<Namespace, CatalogEntry> entries;
  private final HashPMap<BsonBinary, Namespace> namespaceByUuid;
  private final HashPMap<BsonBinary, RetryRecord> retryRecords;

  private State(
      TreePMap<Namespace, CatalogEntry> entries,
      HashPMap<BsonBinary, Namespace> namespaceByUuid,
      HashPMap<BsonBinary, RetryRecord> retryRecords) {
    this.entries = entries;
    this.namespaceByUuid = namespaceByUuid;
    this.retryRecords = retryRecords;
  }

  /** A catalog without anything. */
  public static State empty() {
    return EMPTY;
  }

  /** The entry of that name, or null. */
  public @Nullable CatalogEntry entry(Namespace namespace) {
    return entries.get(namespace);
  }

  /** The collection of that name; null if there is none, or a view has the name. */
  public @Nullable StoredCollection collection(Namespace namespace) {
    return entries.get(namespace) instanceof StoredCollection collection ? collection : null;
  }

  /** The collection with that UUID, whatever its name is by now, or null. */
  public @Nullable StoredCollection collection(BsonBinary uuid) {
    Namespace namespace = namespaceByUuid.get(uuid);
    return namespace == null ? null : collection(namespace);
  }

  /** The view of that name, or null. */
  public @Nullable StoredView view(Namespace namespace) {
    return entries.get(namespace) instanceof StoredView view ? view : null;
  }

  /** The entries of one database, by name. */
  public List<CatalogEntry> entriesOf(String db) {
    List<CatalogEntry> found = new ArrayList<>();
    for (CatalogEntry entry : entries.tailMap(new Namespace(db, ""), true).values()) {
      if (!entry.namespace().db().equals(db)) {
        break;
      }
      found.add(entry);
    }
    return found;
  }

  /** Every database that has an entry, by name. */
  public List<String> databases() {
    List<String> names = new ArrayList<>();
    for (Namespace namespace : entries.keySet()) {
      if (names.isEmpty() || !names.get(names.size() - 1).equals(namespace.db())) {
        names.add(namespace.db());
      }
    }
    return names;
  }

  /** Whether the database has an entry. */
  public boolean hasDatabase(String db) {
    Namespace first = entries.ceilingKey(new Namespace(db, ""));
    return first != null && first.db().equals(db);
  }

  /** This catalog with {@code entry} in it, instead of what had its name. */
  public State with(CatalogEntry entry) {
    HashPMap<BsonBinary, Namespace> uuids = namespaceByUuid;
    if (entry instanceof StoredCollection collection
        && !collection.namespace().equals(uuids.get(collection.uuid()))) {
      uuids = uuids.plus(collection.uuid(), collection.namespace());
    }
    return new State(entries.plus(entry.namespace(), entry), uuids, retryRecords);
  }

  /** This catalog without that name. */
  public State without(Namespace namespace) {
    StoredCollection collection = collection(namespace);
    return new State(
        entries.minus(namespace),
        collection == null ? namespaceByUuid : namespaceByUuid.minus(collection.uuid()),
        retryRecords);
  }

  /** What is known of the retryable writes of a session, by the UUID of its id; or null. */
  public @Nullable RetryRecord retryRecord(BsonBinary sessionId) {
    return retryRecords.get(sessionId);
  }

  /** This catalog, remembering {@code record} of a session. */
  public State with(BsonBinary sessionId, RetryRecord record) {
    return new State(entries, namespaceByUuid, retryRecords.plus(sessionId, record));
  }

  /** This catalog, remembering nothing of those sessions. */
  public State withoutRetryRecords(Collection<BsonBinary> sessionIds) {
    return new State(entries, namespaceByUuid, retryRecords.minusAll(sessionIds));
  }
}
