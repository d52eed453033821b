package dev.tailrace.fakeserver.oplog;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonTimestamp;

/**
 * The oplog of the set. An entry has a position, which it keeps when older entries are forgotten:
 * the first one ever written has 0. Entries are in the order of their cluster times. Not
 * thread-safe.
 */
public final class Oplog {

  /** Blocks of forgotten entries are given back once they are this long. */
  private static final int COMPACT_AT = 1024;

  private final List<OplogEntry> entries = new ArrayList<>();
  private long basePosition;
  private int forgotten;

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
    return entries.get((int) (position - basePosition));
  }

  /** Puts an entry at the end. Its time must be later than that of the entry before. */
  public void append(OplogEntry entry) {
    if (endPosition() > firstPosition()
        && entry.time().compareTo(get(endPosition() - 1).time()) <= 0) {
      throw new IllegalArgumentException("oplog times must ascend");
    }
    entries.add(entry);
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

  /** Forgets every entry before {@code position}, as a capped oplog does when it is full. */
  public void forgetBefore(long position) {
    long oldestKept = Math.min(Math.max(position, firstPosition()), endPosition());
    forgotten = (int) (oldestKept - basePosition);
    if (forgotten >= COMPACT_AT && forgotten * 2 >= entries.size()) {
      entries.subList(0, forgotten).clear();
      basePosition += forgotten;
      forgotten = 0;
    }
  }

  /** Takes back every entry from {@code position} on: a rollback. */
  public void rollBackTo(long position) {
    entries.subList((int) (position - basePosition), entries.size()).clear();
  }
}
