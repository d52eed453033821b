package dev.tailrace.fakeserver.storage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Keys in their order, and the record of each. Not changed once it is in a tree. */
final class IndexLeaf {

  /** How many keys there may be; one more, and it has to be split. */
  private static final int MAX_SIZE = 64;

  private final IndexKey[] keys = new IndexKey[MAX_SIZE + 1];
  private final long[] recordIds = new long[MAX_SIZE + 1];
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isTooFull() {
    return size > MAX_SIZE;
  }

  IndexKey first() {
    return keys[0];
  }

  IndexKey last() {
    return keys[size - 1];
  }

  /** The record of a key, or null. */
  @Nullable Long get(IndexKey key) {
    int place = find(key);
    return place < 0 ? null : recordIds[place];
  }

  /**
   * Puts a key in, unless it is there.
   *
   * @return the record that it has already; null if it had none
   */
  @Nullable Long put(IndexKey key, long recordId) {
    int place = find(key);
    if (place >= 0) {
      return recordIds[place];
    }
    move(-place - 1, -place);
    keys[-place - 1] = key;
    recordIds[-place - 1] = recordId;
    return null;
  }

  void remove(IndexKey key) {
    int place = find(key);
    if (place >= 0) {
      move(place + 1, place);
      keys[size] = null;
    }
  }

  IndexLeaf copy() {
    return part(0);
  }

  /** Takes the keys from the {@code index}-th on away, and gives them to another leaf. */
  IndexLeaf cutFrom(int index) {
    IndexLeaf rest = part(index);
    Arrays.fill(keys, index, size, null);
    size = index;
    return rest;
  }

  private IndexLeaf part(int from) {
    IndexLeaf part = new IndexLeaf();
    part.size = size - from;
    System.arraycopy(keys, from, part.keys, 0, part.size);
    System.arraycopy(recordIds, from, part.recordIds, 0, part.size);
    return part;
  }

  private int find(IndexKey key) {
    return Arrays.binarySearch(keys, 0, size, key);
  }

  /** Moves what stands at {@code from} and behind it. */
  private void move(int from, int to) {
    System.arraycopy(keys, from, keys, to, size - from);
    System.arraycopy(recordIds, from, recordIds, to, size - from);
    size += to - from;
  }
}
