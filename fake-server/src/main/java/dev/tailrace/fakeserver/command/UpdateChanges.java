package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.delta.Delta;
import dev.tailrace.fakeserver.delta.DocumentDiff;
import dev.tailrace.fakeserver.delta.UpdateDeltas;
import dev.tailrace.fakeserver.query.update.Update;
import dev.tailrace.fakeserver.query.update.UpdateLog;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.UpdateDescription;
import java.util.Optional;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** The change that an update of one document is: an update of its parts, or a replacement. */
final class UpdateChanges {

  private UpdateChanges() {}

  /**
   * The change as the release logs it.
   *
   * @param log what operators did; of no meaning for the other kinds of update
   */
  static Change of(
      StoredCollection collection,
      RawBsonDocument before,
      RawBsonDocument after,
      Update.Kind kind,
      UpdateLog log,
      ServerVersion version) {
    UpdateDescription description = describe(before, after, kind, log, version);
    Change.Images images = collection.recordsImages() ? new Change.Images(before, after) : null;
    return description == null
        ? new Change.Replace(
            collection.namespace(), collection.uuid(), Documents.key(before), after, images)
        : new Change.Update(
            collection.namespace(), collection.uuid(), Documents.key(before), description, images);
  }

  /** Which parts changed; null where the document is logged as a whole. */
  private static @Nullable UpdateDescription describe(
      RawBsonDocument before,
      RawBsonDocument after,
      Update.Kind kind,
      UpdateLog log,
      ServerVersion version) {
    boolean hasDeltas = version.atLeast(5, 0);
    return switch (kind) {
      case REPLACEMENT -> null;
      case OPERATORS ->
          hasDeltas ? UpdateDeltas.asDelta(log, after).describe() : UpdateDeltas.asSetAndUnset(log);
      case PIPELINE -> {
        Optional<Delta> delta = hasDeltas ? DocumentDiff.between(before, after) : Optional.empty();
        yield delta.map(Delta::describe).orElse(null);
      }
    };
  }
}
