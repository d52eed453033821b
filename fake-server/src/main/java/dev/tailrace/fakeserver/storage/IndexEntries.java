package dev.tailrace.fakeserver.storage;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * The keys of an index with the record of each. Immutable; {@link #edit} makes others of it.
 *
 * <p>Neighbours share a leaf, which is copied to be changed: once for all keys that come together
 * and have their places in it.
 */
final class IndexEntries {

  private static final IndexEntries EMPTY = new IndexEntries(TreePMap.empty());

  /** By the first key of each, in the order of their keys; none is empty. */
  private final TreePMap<IndexKey, IndexLeaf> leaves;

  private IndexEntries(TreePMap<IndexKey, IndexLeaf> leaves) {
    this.leaves = leaves;
  }

  static IndexEntries empty() {
    return EMPTY;
  }

  /** The record of a key, or null. */
  @Nullable Long get(IndexKey key) {
    Map.Entry<IndexKey, IndexLeaf> leaf = leaves.floorEntry(key);
    return leaf == null ? null : leaf.getValue().get(key);
  }

  /** Begins to change them, which leaves these as they are. */
  Editor edit() {
    return new Editor(leaves);
  }

  /** Changes entries one by one. Not thread-safe. */
  static final class Editor {

    private TreePMap<IndexKey, IndexLeaf> leaves;

    /** The editor's own copy of a leaf, or a new one; null before the first change. */
    private @Nullable IndexLeaf open;

    /** Where in the tree the open leaf was taken from; null for nowhere. */
    private @Nullable IndexKey replaced;

    /** The open leaf has the place of keys from here; null for no bound. */
    private @Nullable IndexKey from;

    /** The open leaf has the place of keys up to here, without it; null for no bound. */
    private @Nullable IndexKey to;

    private Editor(TreePMap<IndexKey, IndexLeaf> leaves) {
      this.leaves = leaves;
    }

    /**
     * Puts a key in, unless it is there.
     *
     * @return the record that it has already; null if it had none
     */
    @Nullable Long put(IndexKey key, long recordId) {
      IndexLeaf leaf = open(key);
      Long holder = leaf.put(key, recordId);
      if (leaf.isTooFull()) {
        split(leaf, to == null && leaf.last().equals(key));
      }
      return holder;
    }

    /** Takes a key out, if it is there. */
    void remove(IndexKey key) {
      open(key).remove(key);
    }

    /** What all changes have made. */
    IndexEntries done() {
      close();
      return new IndexEntries(leaves);
    }

    private IndexLeaf open(IndexKey key) {
      IndexLeaf current = open;
      if (current != null && isWithin(key)) {
        return current;
      }
      close();
      Map.Entry<IndexKey, IndexLeaf> found = leaves.floorEntry(key);
      from = found == null ? null : found.getKey();
      found = found == null && !leaves.isEmpty() ? leaves.firstEntry() : found;
      replaced = found == null ? null : found.getKey();
      to = found == null ? null : leaves.higherKey(found.getKey());
      IndexLeaf opened = found == null ? new IndexLeaf() : found.getValue().copy();
      open = opened;
      return opened;
    }

    private boolean isWithin(IndexKey key) {
      return (from == null || from.compareTo(key) <= 0) && (to == null || key.compareTo(to) < 0);
    }

    private void close() {
      IndexLeaf closed = open;
      if (closed == null) {
        return;
      }
      open = null;
      IndexKey before = replaced;
      if (before != null && (closed.isEmpty() || !closed.first().equals(before))) {
        leaves = leaves.minus(before);
      }
      if (!closed.isEmpty()) {
        leaves = leaves.plus(closed.first(), closed);
      }
    }

    /** Closes the lower part of a leaf, and goes on with the rest. Keys that ascend fill leaves. */
    private void split(IndexLeaf full, boolean isAscending) {
      IndexLeaf upper = full.cutFrom(isAscending ? full.size() - 1 : full.size() / 2);
      close();
      open = upper;
      replaced = null;
      from = upper.first();
    }
  }
}
