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
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.BsonString;

/** {@code drop} and {@code dropDatabase}. */
final class DropCommands {

  /** As the server stores UUIDs: byte by byte. */
  private static final Comparator<StoredCollection> BY_UUID =
      Comparator.comparing(collection -> collection.uuid().asUuid().toString());

  /** The collections of the server's own that a client may drop. */
  private static final Set<String> DROPPABLE =
      Set.of("system.views", "system.profile", "system.healthlog");

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
    requireDroppable(namespace);
    BsonDocument reply = new BsonDocument();
    if (entry instanceof StoredCollection collection) {
      reply.append("nIndexesWas", new BsonInt32(collection.indexes().size()));
    }
    drop(target, entry);
    return new Outcome.Reply(reply.append("ns", new BsonString(namespace.toString())));
  }

  private static void requireDroppable(Namespace namespace) {
    String name = namespace.collection();
    boolean isKept =
        namespace.isSystem()
            && !name.startsWith(StoredView.BUCKETS)
            && !DROPPABLE.contains(name)
            && !namespace.db().equals("config");
    if (isKept) {
      throw new CommandFailure(
          ErrorCode.ILLEGAL_OPERATION, "can't drop system collection " + namespace);
    }
  }

  static Outcome dropDatabase(Invocation call) {
    String db = call.request().db();
    boolean isOne = call.request().subject() instanceof BsonNumber number && number.intValue() == 1;
    if (!isOne) {
      throw call.version().atLeast(5, 0)
          ? new CommandFailure(5_255_100, "Have to pass 1 as 'drop' parameter")
          : new CommandFailure(ErrorCode.ILLEGAL_OPERATION, "have to pass 1 as db parameter");
    }
    if (db.equals("local") && !call.world().standalone()) {
      throw new CommandFailure(
          ErrorCode.ILLEGAL_OPERATION,
          "Cannot drop '" + db + "' database while replication is active");
    }
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
