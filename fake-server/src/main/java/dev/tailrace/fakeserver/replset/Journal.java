package dev.tailrace.fakeserver.replset;

import dev.tailrace.fakeserver.clock.ClusterClock;
import dev.tailrace.fakeserver.oplog.Oplog;
import dev.tailrace.fakeserver.oplog.OplogEntry;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The one history of the set: the oplog, and the catalog as it was after each entry that somebody
 * may still have to look back to. Not thread-safe.
 *
 * <p>A position counts entries: the catalog at position n is what entries 0 to n-1 made.
 */
public final class Journal {

  /**
   * A catalog.
   *
   * @param bytes how large its entry is, and the documents that came with it
   */
  private record Version(long position, BsonTimestamp time, State state, long bytes) {}

  /** {@code minSnapshotHistoryWindowInSeconds}: how far back snapshots can be read. */
  private static final int HISTORY_SECONDS = 300;

  /**
   * How many catalogs are kept for the sake of snapshots at most: who writes very much in those
   * seconds sees less of them.
   */
  private static final int HISTORY_VERSIONS = 10_000;

  /** The same of the documents that were written in between. */
  private static final long HISTORY_BYTES = 64L * 1024 * 1024;

  /** When an entry was written, as its optime and the wall clock have it. */
  private record Written(BsonTimestamp time, long term, long wallMillis) {}

  private final Oplog oplog;
  private final ClusterClock clock;

  /** Ascending by position, one for each position at most; never empty. The last is the head. */
  private final ArrayDeque<Version> versions = new ArrayDeque<>();

  private long versionBytes;

  /** What is still known of entries that are forgotten, by the position after each. */
  private final Map<Long, Written> bookmarks = new TreeMap<>();

  Journal(BsonTimestamp start, long maxOplogBytes) {
    oplog = new Oplog(maxOplogBytes);
    bookmarks.put(0L, new Written(start, -1, start.getTime() * 1000L));
    clock = new ClusterClock(start);
    versions.add(new Version(0, start, State.empty(), 0));
  }

  /** The oplog, for reading. */
  public Oplog oplog() {
    return oplog;
  }

  /** The set's logical clock. */
  public ClusterClock clock() {
    return clock;
  }

  /** The position after the newest entry. */
  public long end() {
    return oplog.endPosition();
  }

  /** The newest catalog. */
  public State head() {
    return versions.getLast().state();
  }

  /** The catalog at a position that some member or the majority still stands at. */
  public State stateAt(long position) {
    Iterator<Version> newestFirst = versions.descendingIterator();
    while (newestFirst.hasNext()) {
      Version version = newestFirst.next();
      if (version.position() <= position) {
        return version.state();
      }
    }
    throw new IllegalStateException("position " + position + " was let go");
  }

  /** The cluster time of the last entry before {@code position}. */
  public BsonTimestamp timeAt(long position) {
    return writtenBefore(position).time();
  }

  /** The term of the last entry before {@code position}; -1 before the first. */
  public long termAt(long position) {
    return writtenBefore(position).term();
  }

  /** The wall clock of the last entry before {@code position}. */
  public long wallMillisAt(long position) {
    return writtenBefore(position).wallMillis();
  }

  private Written writtenBefore(long position) {
    if (position > oplog.firstPosition()) {
      OplogEntry entry = oplog.get(position - 1);
      return new Written(entry.time(), entry.term(), entry.wallMillis());
    }
    Written known = bookmarks.get(position);
    if (known == null) {
      throw new IllegalStateException("the entry before position " + position + " was let go");
    }
    return known;
  }

  /** Whether the oplog is larger than it may be. */
  boolean overflows() {
    return oplog.bytes() > oplog.maxBytes();
  }

  /**
   * Forgets every entry before {@code position}.
   *
   * @param marks where somebody stands: when the entry before such a position was written stays
   *     known
   */
  void forgetBefore(long position, Set<Long> marks) {
    Map<Long, Written> kept = new TreeMap<>();
    marks.forEach(mark -> kept.put(mark, writtenBefore(mark)));
    bookmarks.clear();
    bookmarks.putAll(kept);
    oplog.forgetBefore(position);
  }

  /** Writes an entry, which made {@code after} out of the head. */
  void append(OplogEntry entry, State after) {
    long bytes = oplog.append(entry) + updated(entry, after);
    versions.add(new Version(end(), entry.time(), after, bytes));
    versionBytes += bytes;
  }

  /** How large the documents are that an entry updated, of which it has itself only a part. */
  private static long updated(OplogEntry entry, State after) {
    long bytes = 0;
    for (Change change : entry.changes()) {
      if (change instanceof Change.Update update) {
        StoredCollection collection = after.collection(update.uuid());
        BsonValue id = update.documentKey().get("_id");
        RawBsonDocument document =
            collection == null || id == null ? null : collection.documentById(id);
        bytes += document == null ? 0 : RawDocuments.size(document);
      }
    }
    return bytes;
  }

  /** Changes the head without an entry: what {@code local} holds is nobody else's business. */
  void replaceHead(State state) {
    Version replaced = versions.removeLast();
    versions.add(new Version(end(), replaced.time(), state, replaced.bytes()));
  }

  /**
   * The catalog at a cluster time that is not later than the newest entry's.
   *
   * @return null if it is too long ago
   */
  public @Nullable State stateAt(BsonTimestamp time) {
    if (time.compareTo(historyStart()) < 0) {
      return null;
    }
    Iterator<Version> newestFirst = versions.descendingIterator();
    while (newestFirst.hasNext()) {
      Version version = newestFirst.next();
      if (version.time().compareTo(time) <= 0) {
        return version.state();
      }
    }
    return null;
  }

  private BsonTimestamp historyStart() {
    return new BsonTimestamp(versions.getLast().time().getTime() - HISTORY_SECONDS, 0);
  }

  /**
   * Lets go of the catalogs that nobody at or after {@code position} needs, and that no snapshot
   * can be of.
   */
  void release(long position) {
    BsonTimestamp historyStart = historyStart();
    while (versions.size() > 1) {
      Version oldest = versions.removeFirst();
      Version next = versions.getFirst();
      boolean isHistory =
          next.time().compareTo(historyStart) > 0
              && versions.size() < HISTORY_VERSIONS
              && versionBytes <= HISTORY_BYTES;
      if (next.position() > position || isHistory) {
        versions.addFirst(oldest);
        return;
      }
      versionBytes -= oldest.bytes();
    }
  }

  /** Takes back every entry from {@code position} on. The clock goes on from where it was. */
  void rollBackTo(long position) {
    while (versions.size() > 1 && versions.getLast().position() > position) {
      versionBytes -= versions.removeLast().bytes();
    }
    oplog.rollBackTo(position);
  }
}
