package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.CatalogEntry;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.StoredView;
import dev.tailrace.fakeserver.transaction.LockQueue.Exclusive;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** {@code drop} and {@code dropDatabase}. */
final class DropCommands {

  /** As the server stores UUIDs: byte by byte. */
  private static final Comparator<StoredCollection> BY_UUID =
      Comparator.comparing(collection -> collection.uuid().asUuid().toString());

  private DropCommands() {}

  static Outcome drop(Invocation call) {
    Namespace namespace = Names.collection(call);
    return ExclusiveWait.orWait(call, namespace, () -> drop(call, namespace));
  }

  private static Outcome drop(Invocation call, Namespace namespace) {
    WriteTarget target = call.target();
    CatalogEntry entry = target.state().entry(namespace);
    if (entry == null) {
      if (call.version().atLeast(7, 0)) {
        return new Outcome.Reply(new BsonDocument());
      }
      throw new CommandFailure(ErrorCode.NAMESPACE_NOT_FOUND, "ns not found");
    }
    BsonDocument reply = new BsonDocument();
    if (entry instanceof StoredCollection collection) {
      reply.append("nIndexesWas", new BsonInt32(collection.indexes().size()));
    }
    drop(target, entry);
    return new Outcome.Reply(reply.append("ns", new BsonString(namespace.toString())));
  }

  static Outcome dropDatabase(Invocation call) {
    String db = call.request().db();
    if (db.equals("admin") || db.equals("config")) {
      throw new CommandFailure(
          ErrorCode.ILLEGAL_OPERATION, "Dropping the '" + db + "' database is prohibited.");
    }
    return ExclusiveWait.orWait(call, Exclusive.ofDatabase(db), () -> dropDatabase(call, db));
  }

  private static Outcome dropDatabase(Invocation call, String db) {
    WriteTarget target = call.target();
    List<CatalogEntry> entries = target.state().entriesOf(db);
    if (entries.isEmpty()) {
      return new Outcome.Reply(new BsonDocument());
    }
    List<StoredCollection> collections = new ArrayList<>();
    for (CatalogEntry entry : entries) {
      if (entry instanceof StoredCollection collection) {
        collections.add(collection); // The views go with system.views.
      }
    }
    collections.sort(BY_UUID);
    collections.forEach(collection -> drop(target, collection));
    target.write(new Change.DropDatabase(db), target.state());
    return new Outcome.Reply(new BsonDocument("dropped", new BsonString(db)));
  }

  private static void drop(WriteTarget target, CatalogEntry entry) {
    if (entry instanceof StoredView view && view.isTimeSeries()) {
      TimeSeries.drop(target, view);
    } else if (entry instanceof StoredView view) {
      SystemViews.drop(target, view);
    } else {
      StoredCollection collection = (StoredCollection) entry;
      target.write(
          new Change.Drop(collection.namespace(), collection.uuid()),
          SystemViews.withoutViewsIn(collection, target.state()).without(collection.namespace()));
    }
  }
}
