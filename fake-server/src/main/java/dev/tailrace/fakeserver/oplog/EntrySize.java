package dev.tailrace.fakeserver.oplog;

import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.RawDocuments;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * How much room an entry takes: what its documents hold, with the images kept for change streams,
 * and about as much for the rest as a real entry has.
 */
final class EntrySize {

  /** Times, term, wall clock and session of an entry. */
  private static final long ENTRY_BYTES = 96;

  /** Name and identity of a change's collection, and the document's key. */
  private static final long CHANGE_BYTES = 96;

  private EntrySize() {}

  static long of(OplogEntry entry) {
    long bytes = ENTRY_BYTES;
    for (Change change : entry.changes()) {
      bytes += CHANGE_BYTES + of(change);
    }
    return bytes;
  }

  private static long of(Change change) {
    if (change instanceof Change.Insert insert) {
      return RawDocuments.size(insert.document());
    } else if (change instanceof Change.Replace replace) {
      return RawDocuments.size(replace.document()) + of(replace.images());
    } else if (change instanceof Change.Update update) {
      return of(update.description().updatedFields()) + of(update.images());
    } else if (change instanceof Change.Delete delete) {
      return of(delete.images());
    } else if (change instanceof Change.Create create) {
      return of(create.options());
    } else if (change instanceof Change.CreateIndexes created) {
      return created.specs().stream().mapToLong(EntrySize::of).sum();
    } else if (change instanceof Change.IndexBuild build) {
      return build.specs().stream().mapToLong(EntrySize::of).sum();
    } else if (change instanceof Change.Modify modify) {
      return of(modify.description()) + of(modify.stateBefore());
    } else if (change instanceof Change.ViewChange view) {
      return of(view.definition());
    }
    return 0; // The others are names only.
  }

  private static long of(BsonDocument document) {
    return RawDocuments.size(RawDocuments.of(document));
  }

  private static long of(Change.@Nullable Images images) {
    if (images == null) {
      return 0;
    }
    long before = RawDocuments.size(images.before());
    return images.after() == null ? before : before + RawDocuments.size(images.after());
  }
}
