package dev.tailrace.fakeserver.storage;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Streams;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.stream.Stream;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * The documents of a collection by record id, in the order of the ids. Immutable.
 *
 * <p>Neighbours share a page, which is copied to be changed. So many documents that come together
 * cost little more than their pages, and a tree of pages is far less high than one of documents.
 */
final class Records {

  /** Record ids in a page: those that differ in so many low bits. */
  private static final int PAGE_BITS = 6;

  private static final int PAGE_SIZE = 1 << PAGE_BITS;

  private static final Records EMPTY = new Records(TreePMap.empty(), 0);

  /** By page number; without pages that would be empty. What a page lacks is null. */
  private final TreePMap<Long, @Nullable RawBsonDocument[]> pages;

  private final int size;

  private Records(TreePMap<Long, @Nullable RawBsonDocument[]> pages, int size) {
    this.pages = pages;
    this.size = size;
  }

  static Records empty() {
    return EMPTY;
  }

  int size() {
    return size;
  }

  /** The document under that id, or null. */
  @Nullable RawBsonDocument get(long id) {
    @Nullable RawBsonDocument[] page = pages.get(id >> PAGE_BITS);
    return page == null ? null : page[slot(id)];
  }

  /** These, and the documents under {@code firstId} and the ids after it, which are free. */
  Records plus(long firstId, List<NewDocument> documents) {
    TreePMap<Long, @Nullable RawBsonDocument[]> changed = pages;
    int done = 0;
    while (done < documents.size()) {
      long id = firstId + done;
      @Nullable RawBsonDocument[] page = copyOfPage(id);
      for (int slot = slot(id); slot < PAGE_SIZE && done < documents.size(); slot++) {
        page[slot] = documents.get(done++).document();
      }
      changed = changed.plus(id >> PAGE_BITS, page);
    }
    return new Records(changed, size + documents.size());
  }

  /** These, with another document under an id that is there. */
  Records replace(long id, RawBsonDocument document) {
    @Nullable RawBsonDocument[] page = copyOfPage(id);
    page[slot(id)] = document;
    return new Records(pages.plus(id >> PAGE_BITS, page), size);
  }

  /** These without an id that is there. */
  Records minus(long id) {
    @Nullable RawBsonDocument[] page = copyOfPage(id);
    page[slot(id)] = null;
    boolean isEmpty = Arrays.stream(page).allMatch(Objects::isNull);
    long number = id >> PAGE_BITS;
    return new Records(isEmpty ? pages.minus(number) : pages.plus(number, page), size - 1);
  }

  /** All of them, by ascending id. */
  Stream<Map.Entry<Long, RawBsonDocument>> ascending() {
    return entries(pages, false);
  }

  /** All of them, by descending id. */
  Stream<Map.Entry<Long, RawBsonDocument>> descending() {
    return entries(pages.descendingMap(), true);
  }

  /** Those after an id, by ascending id. */
  Stream<Map.Entry<Long, RawBsonDocument>> after(long id) {
    return entries(pages.tailMap(id >> PAGE_BITS, true), false)
        .dropWhile(record -> record.getKey() <= id);
  }

  private static Stream<Map.Entry<Long, RawBsonDocument>> entries(
      NavigableMap<Long, @Nullable RawBsonDocument[]> pages, boolean isDescending) {
    return Streams.stream(new Walk(pages, isDescending));
  }

  private @Nullable RawBsonDocument[] copyOfPage(long id) {
    @Nullable RawBsonDocument[] page = pages.get(id >> PAGE_BITS);
    return page == null ? new RawBsonDocument[PAGE_SIZE] : page.clone();
  }

  private static int slot(long id) {
    return (int) id & (PAGE_SIZE - 1);
  }

  /** Goes through all pages. */
  private static final class Walk extends AbstractIterator<Map.Entry<Long, RawBsonDocument>> {

    private final Iterator<Map.Entry<Long, @Nullable RawBsonDocument[]>> pages;
    private final boolean isDescending;
    private @Nullable RawBsonDocument[] page = {};
    private long pageNumber;
    private int seen;

    Walk(NavigableMap<Long, @Nullable RawBsonDocument[]> pages, boolean isDescending) {
      this.pages = pages.entrySet().iterator();
      this.isDescending = isDescending;
    }

    @Override
    protected Map.@Nullable Entry<Long, RawBsonDocument> computeNext() {
      while (seen < page.length || pages.hasNext()) {
        if (seen == page.length) {
          Map.Entry<Long, @Nullable RawBsonDocument[]> next = pages.next();
          page = next.getValue();
          pageNumber = next.getKey();
          seen = 0;
        }
        int slot = isDescending ? page.length - 1 - seen : seen;
        seen++;
        RawBsonDocument document = page[slot];
        if (document != null) {
          return Map.entry((pageNumber << PAGE_BITS) + slot, document);
        }
      }
      return endOfData();
    }
  }
}
