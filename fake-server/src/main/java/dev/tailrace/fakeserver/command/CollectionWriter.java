package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.projection.Projection;
import dev.tailrace.fakeserver.query.update.Update;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.NewDocument;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Writes documents: each statement of a write command ends here, as a new catalog and the change
 * that made it.
 */
final class CollectionWriter {

  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final int TOO_LARGE = 17_419;

  private final Invocation call;
  private final WriteTarget target;
  private final Namespace namespace;
  private final Statement statement;

  /**
   * Completes the catalog that a write leaves with the memory of a retryable statement.
   *
   * @see RetryableWrites
   */
  @FunctionalInterface
  interface Statement {
    State remember(State after, StatementResult result);
  }

  /**
   * What a statement did.
   *
   * @param matched how many documents it found, or inserted
   * @param modified how many it changed
   * @param upsertedId the {@code _id} of the document it inserted for want of one; null for none
   * @param value the document that a findAndModify answers with; null for none
   */
  record StatementResult(
      long matched, long modified, @Nullable BsonValue upsertedId, @Nullable BsonDocument value) {}

  /** What an insert of a document does. */
  static final StatementResult INSERTED = new StatementResult(1, 0, null, null);

  CollectionWriter(Invocation call, WriteTarget target, Namespace namespace, Statement statement) {
    this.call = call;
    this.target = target;
    this.namespace = namespace;
    this.statement = statement;
  }

  /** Inserts a document that is fit to be stored. */
  StatementResult insert(NewDocument document) {
    StoredCollection collection = CreateCommand.existingOrCreated(call, target, namespace);
    write(insert(collection, document), insertion(collection, document), INSERTED);
    removeOverflow();
    return INSERTED;
  }

  /** Inserts documents that are fit to be stored as one entry of the oplog: all or none. */
  void insertTogether(List<NewDocument> documents) {
    StoredCollection collection = CreateCommand.existingOrCreated(call, target, namespace);
    List<Change> changes = new ArrayList<>(documents.size());
    for (NewDocument document : documents) {
      target.touch(collection, document.id());
      Documents.validate(call, collection, document.document());
      changes.add(insertion(collection, document));
    }
    State after = target.state().with(collection.insert(documents));
    target.write(changes, statement.remember(after, INSERTED));
  }

  private StoredCollection insert(StoredCollection collection, NewDocument document) {
    target.touch(collection, document.id());
    Documents.validate(call, collection, document.document());
    return collection.insert(document);
  }

  private void touch(StoredCollection collection, RawBsonDocument document) {
    BsonValue id = document.get("_id");
    if (id != null) {
      target.touch(collection, id);
    }
  }

  private static Change insertion(StoredCollection collection, NewDocument document) {
    return new Change.Insert(collection.namespace(), collection.uuid(), document);
  }

  private void removeOverflow() {
    StoredCollection collection = target.state().collection(namespace);
    if (collection == null || !collection.isCapped()) {
      return;
    }
    for (long recordId : collection.overflowing()) {
      StoredCollection current = target.state().collection(namespace);
      RawBsonDocument document = current == null ? null : current.document(recordId);
      if (current == null || document == null) {
        return;
      }
      State after = target.state().with(current.delete(recordId));
      if (call.version().atLeast(5, 0)) {
        target.write(deletion(current, document), after);
      } else {
        target.remember(after);
      }
    }
  }

  /**
   * An update.
   *
   * @param query the documents that it is for
   * @param update what it does with them
   * @param sort which of them is first, where only one is updated
   * @param multi whether it updates all of them
   * @param upsert whether it inserts one where there is none
   */
  record UpdateOrder(
      Matcher query, Update update, BsonDocument sort, boolean multi, boolean upsert) {}

  /**
   * Updates documents.
   *
   * @param fields what of the document the result shows; null for all
   * @param showAfter whether the result shows it as it is then, not as it was
   */
  StatementResult update(
      UpdateOrder order, QueryContext context, @Nullable Projection fields, boolean showAfter) {
    StoredCollection collection = Views.collectionOrNull(target.state(), namespace);
    List<Map.Entry<Long, RawBsonDocument>> found =
        Scan.records(collection, order.query(), order.sort(), context)
            .limit(order.multi() ? Long.MAX_VALUE : 1)
            .toList();
    if (found.isEmpty()) {
      return order.upsert()
          ? upsert(order, fields, showAfter)
          : new StatementResult(0, 0, null, null);
    }
    requireFree(order, found);
    long modified = 0;
    BsonDocument value = null;
    for (Map.Entry<Long, RawBsonDocument> record : found) {
      RawBsonDocument before = record.getValue();
      Update.Applied applied = order.update().apply(before, order.query().match(before));
      value = shown(showAfter ? applied.after() : before, order.query(), fields);
      if (applied.modified()) {
        modified++;
        StatementResult soFar = new StatementResult(1, 1, null, value);
        replace(record.getKey(), before, order.update(), applied, soFar);
      }
    }
    return new StatementResult(found.size(), modified, null, value);
  }

  /**
   * Comes upon a document of a transaction before any other is written: a statement that has waited
   * begins anew, and would do the others twice.
   */
  private void requireFree(UpdateOrder order, List<Map.Entry<Long, RawBsonDocument>> found) {
    StoredCollection collection = target.state().collection(namespace);
    boolean canConflict =
        collection != null
            && found.size() > 1
            && call.transaction() == null
            && call.world().transactions().isAnyInProgress();
    if (collection == null || !canConflict) {
      return;
    }
    for (Map.Entry<Long, RawBsonDocument> record : found) {
      RawBsonDocument before = record.getValue();
      boolean isWritten;
      try {
        isWritten = order.update().apply(before, order.query().match(before)).modified();
      } catch (CommandFailure e) {
        return; // Those before are written, and then it fails.
      }
      if (isWritten) {
        touch(collection, before);
      }
    }
  }

  private void replace(
      long recordId,
      RawBsonDocument before,
      Update update,
      Update.Applied applied,
      StatementResult result) {
    StoredCollection collection = target.state().collection(namespace);
    if (collection == null) {
      throw new CommandFailure(
          ErrorCode.NAMESPACE_NOT_FOUND, "collection dropped while it was updated: " + namespace);
    }
    touch(collection, before);
    RawBsonDocument after = RawDocuments.of(applied.after());
    if (RawDocuments.size(after) > MAX_BYTES) {
      throw new CommandFailure(
          TOO_LARGE, "Resulting document after update is larger than " + MAX_BYTES);
    }
    Documents.validate(call, collection, after);
    Change change =
        UpdateChanges.of(collection, before, after, update.kind(), applied.log(), call.version());
    write(collection.update(recordId, after), change, result);
  }

  private StatementResult upsert(
      UpdateOrder order, @Nullable Projection fields, boolean showAfter) {
    BsonDocument made = order.update().upsert(order.query());
    NewDocument document = Documents.toInsert(call, RawDocuments.of(made));
    StoredCollection collection = CreateCommand.existingOrCreated(call, target, namespace);
    BsonDocument value = showAfter ? shown(document.document(), order.query(), fields) : null;
    StatementResult result = new StatementResult(1, 0, document.id(), value);
    write(insert(collection, document), insertion(collection, document), result);
    return result;
  }

  /** Deletes the documents that match, or just the first of them. */
  StatementResult delete(
      Matcher query,
      BsonDocument sort,
      boolean onlyOne,
      QueryContext context,
      @Nullable Projection fields) {
    StoredCollection collection = Views.collectionOrNull(target.state(), namespace);
    List<Map.Entry<Long, RawBsonDocument>> found =
        Scan.records(collection, query, sort, context).limit(onlyOne ? 1 : Long.MAX_VALUE).toList();
    if (collection != null) {
      found.forEach(record -> touch(collection, record.getValue())); // Before any is deleted.
    }
    BsonDocument value = null;
    for (Map.Entry<Long, RawBsonDocument> record : found) {
      StoredCollection current = target.state().collection(namespace);
      if (current == null) {
        break;
      }
      touch(current, record.getValue());
      value = shown(record.getValue(), query, fields);
      write(
          current.delete(record.getKey()),
          deletion(current, record.getValue()),
          new StatementResult(1, 0, null, value));
    }
    return new StatementResult(found.size(), 0, null, value);
  }

  /** The change that takes a document away. */
  static Change deletion(StoredCollection collection, RawBsonDocument document) {
    return new Change.Delete(
        collection.namespace(),
        collection.uuid(),
        Documents.key(document),
        collection.recordsImages() ? new Change.Images(document, null) : null);
  }

  private void write(StoredCollection after, Change change, StatementResult result) {
    target.write(change, statement.remember(target.state().with(after), result));
  }

  private static BsonDocument shown(
      BsonDocument document, Matcher query, @Nullable Projection fields) {
    return fields == null ? document : fields.apply(document, query.match(document));
  }
}
