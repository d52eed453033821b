package dev.tailrace.fakeserver.oplog;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonTimestamp;

/**
 * The oplog of the set. An entry has a position, which it keeps when older entries are forgotten:
 * the first one ever written has 0. Entries are in the order of their cluster times. Its size has a
 * limit, which its owner keeps by forgetting entries. Not thread-safe.
 */
public final class Oplog {

  /** The places of forgotten entries are given back once they are this many. */
  private static final int COMPACT_AT = 1024;

  private record Stored(OplogEntry entry, long bytes) {}

  /** Stands in the place of a forgotten entry, so that its documents are free at once. */
  private static final Stored FORGOTTEN =
      new Stored(new OplogEntry(new BsonTimestamp(), 0, 0, List.of(), null), 0);

  private final long maxBytes;
  private final List<Stored> entries = new ArrayList<>();
  private long basePosition;
  private int forgotten;
  private long bytes;

  /** Entries before this position have no images any more. */
  private long imagesFrom;

  /**
   * An oplog without entries.
   *
   * @param maxBytes how large it may grow; the newest entry is kept whatever its size
   */
  public Oplog(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** How large it may grow. */
  public long maxBytes() {
    return maxBytes;
  }

  /** How much room its entries take. */
  public long bytes() {
    return bytes;
  }

  /** The position of the oldest entry that is still there. */
  public long firstPosition() {
    return basePosition + forgotten;
  }

  /** The position that the next entry will have. */
  public long endPosition() {
    return basePosition + entries.size();
  }

  /**
   * The entry at a position.
   *
   * @throws IndexOutOfBoundsException if it is not there, not yet or no more
   */
  public OplogEntry get(long position) {
    if (position < firstPosition() || position >= endPosition()) {
      throw new IndexOutOfBoundsException(
          "oplog position %d is not in [%d, %d)"
              .formatted(position, firstPosition(), endPosition()));
    }
    return entries.get((int) (position - basePosition)).entry();
  }

  /**
   * Puts an entry at the end. Its time must be later than that of the entry before.
   *
   * @return how much room it takes
   */
  public long append(OplogEntry entry) {
    if (endPosition() > firstPosition()
        && entry.time().compareTo(get(endPosition() - 1).time()) <= 0) {
      throw new IllegalArgumentException("oplog times must ascend");
    }
    Stored stored = new Stored(entry, EntrySize.of(entry));
    entries.add(stored);
    bytes += stored.bytes();
    return stored.bytes();
  }

  /** The position of the first entry at or after {@code time}; the end if there is none. */
  public long positionAtOrAfter(BsonTimestamp time) {
    long low = firstPosition();
    long high = endPosition();
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (get(middle).time().compareTo(time) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The position from which on the entries are not too large together; the newest one fits whatever
   * its size.
   */
  public long fittingFrom() {
    long position = firstPosition();
    long left = bytes;
    while (left > maxBytes && position < endPosition() - 1) {
      left -= entries.get((int) (position - basePosition)).bytes();
      position++;
    }
    return position;
  }

  /** Forgets every entry before {@code position}. */
  public void forgetBefore(long position) {
    int oldestKept = (int) (Math.min(position, endPosition()) - basePosition);
    while (forgotten < oldestKept) {
      bytes -= entries.set(forgotten, FORGOTTEN).bytes();
      forgotten++;
    }
    if (forgotten >= COMPACT_AT && forgotten * 2 >= entries.size()) {
      entries.subList(0, forgotten).clear();
      basePosition += forgotten;
      forgotten = 0;
    }
  }

  /** Lets the images go of every entry that was written at {@code wallMillis} or before. */
  public void forgetImages(long wallMillis) {
    imagesFrom = Math.max(imagesFrom, firstPosition());
    while (imagesFrom < endPosition() && get(imagesFrom).wallMillis() <= wallMillis) {
      OplogEntry bare = get(imagesFrom).withoutImages();
      Stored stored = new Stored(bare, EntrySize.of(bare));
      bytes += stored.bytes();
      bytes -= entries.set((int) (imagesFrom - basePosition), stored).bytes();
      imagesFrom++;
    }
  }

  /** Takes back every entry from {@code position} on: a rollback. */
  public void rollBackTo(long position) {
    List<Stored> undone = entries.subList((int) (position - basePosition), entries.size());
    undone.forEach(stored -> bytes -= stored.bytes());
    undone.clear();
    imagesFrom = Math.min(imagesFrom, position);
  }
}
