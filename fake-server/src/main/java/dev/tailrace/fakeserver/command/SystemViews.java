package dev.tailrace.fakeserver.command;

import static java.util.Objects.requireNonNull;

import dev.tailrace.fakeserver.storage.CatalogEntry;
import dev.tailrace.fakeserver.storage.Change.ViewChange;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.NewDocument;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.StoredView;
import org.bson.BsonDocument;
import org.bson.BsonString;

/**
 * The collection {@code system.views}, which holds the definitions of a database's views, <code>
 * {_id: "db.view", viewOn, pipeline, collation?}</code>. It comes with the first view and stays
 * when the last one goes. What happens to a view is a change of a document there, so the tokens of
 * such events have this collection's identity.
 */
final class SystemViews {

  private static final String NAME = "system.views";

  private SystemViews() {}

  /** Whether a collection of that name is one of these. */
  static boolean isTheNameOf(Namespace namespace) {
    return namespace.collection().equals(NAME);
  }

  /** Adds a view that is new. */
  static void create(Invocation call, WriteTarget target, StoredView view) {
    StoredCollection views = CreateCommand.existingOrCreated(call, target, namespace(view));
    write(
        target,
        view,
        ViewChange.Kind.CREATE,
        views.insert(NewDocument.of(RawDocuments.of(document(view)))));
  }

  /** Puts a view in the place of the one that has its name. */
  static void modify(WriteTarget target, StoredView view) {
    StoredCollection views = existing(target.state(), view);
    long record = recordId(views, view);
    write(
        target,
        view,
        ViewChange.Kind.MODIFY,
        views.update(record, RawDocuments.of(document(view))));
  }

  /** Removes a view. */
  static void drop(WriteTarget target, StoredView view) {
    StoredCollection views = existing(target.state(), view);
    write(target, view, ViewChange.Kind.DROP, views.delete(recordId(views, view)));
  }

  /** The catalog without the views whose definitions are in that collection. */
  static State withoutViewsIn(StoredCollection collection, State state) {
    State without = state;
    if (isTheNameOf(collection.namespace())) {
      for (CatalogEntry entry : state.entriesOf(collection.namespace().db())) {
        without = entry instanceof StoredView ? without.without(entry.namespace()) : without;
      }
    }
    return without;
  }

  private static void write(
      WriteTarget target, StoredView view, ViewChange.Kind kind, StoredCollection views) {
    State others = target.state().without(view.namespace()).with(views);
    target.write(
        new ViewChange(view.namespace(), views.uuid(), kind, view.options()),
        kind == ViewChange.Kind.DROP ? others : others.with(view));
  }

  private static Namespace namespace(StoredView view) {
    return new Namespace(view.namespace().db(), NAME);
  }

  private static StoredCollection existing(State state, StoredView view) {
    return requireNonNull(state.collection(namespace(view)), "it came with the first view");
  }

  private static long recordId(StoredCollection views, StoredView view) {
    return requireNonNull(views.recordIdOf(id(view)), "every view has a document");
  }

  private static BsonString id(StoredView view) {
    return new BsonString(view.namespace().toString());
  }

  private static BsonDocument document(StoredView view) {
    BsonDocument document = new BsonDocument("_id", id(view));
    document.putAll(view.options());
    return document;
  }
}
