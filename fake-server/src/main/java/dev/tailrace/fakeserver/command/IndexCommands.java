package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Change.IndexBuild.Phase;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.StoredView;
import dev.tailrace.fakeserver.transaction.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** {@code createIndexes}, {@code listIndexes} and {@code dropIndexes}. */
final class IndexCommands {

  private IndexCommands() {}

  static Outcome createIndexes(Invocation call) {
    Namespace namespace = Names.collection(call);
    List<Index> wanted = new ArrayList<>();
    for (RawBsonDocument spec : CreateIndexesFields.specs(call.request(), call.version())) {
      wanted.add(IndexSpecs.parse(call, spec));
    }
    Names.requireCreatable(call, namespace);
    StoredCollection there = call.target().state().collection(namespace);
    boolean areAllThere =
        there != null
            && wanted.stream().allMatch(index -> IndexSpecs.exists(there, index, call.version()));
    return areAllThere
        ? build(call, namespace, wanted)
        : ExclusiveWait.orWait(call, namespace, () -> build(call, namespace, wanted));
  }

  private static Outcome build(Invocation call, Namespace namespace, List<Index> wanted) {
    WriteTarget target = call.target();
    StoredView view = target.state().view(namespace);
    if (view != null && !view.isTimeSeries()) {
      throw new CommandFailure(
          ErrorCode.COMMAND_NOT_SUPPORTED_ON_VIEW, "Cannot create indexes on a view");
    }
    StoredCollection there = Views.collectionOrNull(target.state(), namespace);
    boolean existed = there != null && !isCreatedByTransaction(call, namespace);
    if (there != null) {
      requireNoConflicts(call, there, wanted);
    }
    if (call.transaction() != null && there != null) {
      requireNewAndEmpty(call, there, wanted, existed);
    }
    StoredCollection collection = CreateCommand.existingOrCreated(call, target, namespace);
    int before = collection.indexes().size();
    int built =
        collection.count() == 0
            ? buildEmpty(call, collection, wanted)
            : buildOver(call, collection, wanted);
    return new Outcome.Reply(reply(call, existed, before, before + built, wanted.size()));
  }

  /** Refuses them all where one is too much like what is there. */
  private static void requireNoConflicts(
      Invocation call, StoredCollection there, List<Index> wanted) {
    wanted.forEach(index -> IndexSpecs.exists(there, index, call.version()));
  }

  /** Where there is nothing to be put into them, each index is there at once. */
  private static int buildEmpty(Invocation call, StoredCollection empty, List<Index> wanted) {
    StoredCollection collection = empty;
    int built = 0;
    for (Index index : wanted) {
      if (!IndexSpecs.exists(collection, index, call.version())) {
        collection = collection.withIndex(index);
        write(call.target(), collection, List.of(index.spec()));
        built++;
      }
    }
    return built;
  }

  /** Over documents, all are built together: that is begun, and then done or given up. */
  private static int buildOver(Invocation call, StoredCollection filled, List<Index> wanted) {
    WriteTarget target = call.target();
    StoredCollection collection = filled;
    List<BsonDocument> specs = new ArrayList<>();
    CommandFailure failure = null;
    for (Index index : wanted) {
      if (IndexSpecs.exists(collection, index, call.version())) {
        continue;
      }
      specs.add(index.spec());
      try {
        collection = collection.withIndex(index);
      } catch (CommandFailure e) {
        failure = failure == null ? e : failure;
      }
    }
    if (specs.isEmpty()) {
      return 0;
    }
    boolean isNoted = call.version().atLeast(4, 4);
    if (isNoted) {
      note(target, filled, specs, Phase.START);
    }
    if (failure == null) {
      write(target, collection, specs);
      return specs.size();
    }
    if (isNoted) {
      note(target, filled, specs, Phase.ABORT);
    }
    throw failure.causedIn(
        "Index build failed: %s: Collection %s ( %s )"
            .formatted(
                call.world().ids().uuid().asUuid(), filled.namespace(), filled.uuid().asUuid()));
  }

  private static void note(
      WriteTarget target, StoredCollection collection, List<BsonDocument> specs, Phase phase) {
    target.write(
        new Change.IndexBuild(collection.namespace(), collection.uuid(), specs, phase),
        target.state());
  }

  /** A transaction may not build an index where there is anything to be put into it. */
  private static void requireNewAndEmpty(
      Invocation call, StoredCollection there, List<Index> wanted, boolean existed) {
    boolean isBusy = existed || there.count() > 0;
    if (isBusy
        && !wanted.stream().allMatch(index -> IndexSpecs.exists(there, index, call.version()))) {
      throw TransactionCommands.notSupported(
          "Cannot create new indexes on %s collection %s in a multi-document transaction."
              .formatted(existed ? "existing" : "non-empty", there.namespace()));
    }
  }

  /** Then it counts as made for the index. */
  private static boolean isCreatedByTransaction(Invocation call, Namespace namespace) {
    Transaction transaction = call.transaction();
    return transaction != null && transaction.hasCreated(namespace);
  }

  private static void write(
      WriteTarget target, StoredCollection collection, List<BsonDocument> specs) {
    target.write(
        new Change.CreateIndexes(collection.namespace(), collection.uuid(), specs),
        target.state().with(collection));
  }

  private static BsonDocument reply(
      Invocation call, boolean existed, int before, int after, int wanted) {
    BsonDocument reply = new BsonDocument();
    BsonBoolean created = BsonBoolean.valueOf(!existed);
    boolean flagFirst = !call.version().atLeast(5, 0);
    if (before == after) {
      return reply
          .append("numIndexesBefore", new BsonInt32(before))
          .append("numIndexesAfter", new BsonInt32(after))
          .append("note", new BsonString("all indexes already exist"));
    }
    if (flagFirst) {
      reply.append("createdCollectionAutomatically", created);
    }
    reply
        .append("numIndexesBefore", new BsonInt32(before))
        .append("numIndexesAfter", new BsonInt32(after));
    if (!flagFirst) {
      reply.append("createdCollectionAutomatically", created);
    }
    if (after < before + wanted) {
      reply.append("note", new BsonString("index already exists"));
    }
    if (call.world().standalone() || !call.version().atLeast(4, 4)) {
      return reply;
    }
    BsonValue quorum = call.request().get(CreateIndexesFields.COMMIT_QUORUM);
    return reply.append(
        CreateIndexesFields.COMMIT_QUORUM,
        quorum == null ? new BsonString("votingMembers") : quorum);
  }

  static Outcome listIndexes(Invocation call) {
    Namespace namespace = Names.read(call);
    StoredCollection collection = Views.collectionOrNull(call.readState(), namespace);
    if (collection == null) {
      throw new CommandFailure(ErrorCode.NAMESPACE_NOT_FOUND, "ns does not exist: " + namespace);
    }
    List<BsonDocument> specs = collection.indexes().stream().map(Index::spec).toList();
    return new Outcome.Reply(CursorReplies.ofList(call, namespace, specs));
  }

  static Outcome reIndex(Invocation call) {
    Namespace namespace = Names.collection(call);
    if (!call.world().standalone()) {
      throw new CommandFailure(
          ErrorCode.ILLEGAL_OPERATION,
          "reIndex is only allowed on a standalone mongod instance. Cannot reIndex '%s' while"
                  .formatted(namespace)
              + " replication is active");
    }
    throw new CommandFailure(
        ErrorCode.NOT_IMPLEMENTED, "the fake server builds no index anew on a standalone");
  }

  static Outcome dropIndexes(Invocation call) {
    Namespace namespace = Names.collection(call);
    return ExclusiveWait.orWait(call, namespace, () -> dropIndexes(call, namespace));
  }

  private static Outcome dropIndexes(Invocation call, Namespace namespace) {
    WriteTarget target = call.target();
    StoredView view = target.state().view(namespace);
    if (view != null && !view.isTimeSeries()) {
      throw new CommandFailure(
          ErrorCode.COMMAND_NOT_SUPPORTED_ON_VIEW, "Cannot drop indexes on view " + namespace);
    }
    StoredCollection collection = Views.collectionOrNull(target.state(), namespace);
    if (collection == null) {
      throw new CommandFailure(ErrorCode.NAMESPACE_NOT_FOUND, "ns not found " + namespace);
    }
    BsonValue which = call.request().get("index");
    BsonDocument reply =
        new BsonDocument("nIndexesWas", new BsonInt32(collection.indexes().size()));
    List<Index> doomed = new ArrayList<>();
    if (isAll(which)) {
      doomed.addAll(collection.indexes().subList(1, collection.indexes().size()));
      reply.append("msg", new BsonString("non-_id indexes dropped for collection"));
    } else if (which instanceof BsonArray names) {
      requireNames(collection, names);
      names.forEach(name -> doomed.add(find(collection, name)));
    } else if (which != null && (which.isString() || which.isDocument())) {
      doomed.add(find(collection, which));
    } else if (call.version().atLeast(5, 0)) {
      throw which == null
          ? Idl.missingField("dropIndexes.index")
          : Idl.wrongType("dropIndexes.index", which, BsonType.STRING, BsonType.DOCUMENT);
    } // Up to 4.4 something else names no index, and none is dropped.
    for (Index index : doomed) {
      StoredCollection current = target.state().collection(namespace);
      if (current != null) {
        target.write(
            new Change.DropIndex(namespace, collection.uuid(), index.spec()),
            target.state().with(current.withoutIndex(index.name())));
      }
    }
    return new Outcome.Reply(reply);
  }

  /** A star also as the first of many names. */
  private static boolean isAll(@Nullable BsonValue which) {
    BsonValue first = which instanceof BsonArray names && !names.isEmpty() ? names.get(0) : which;
    return first instanceof BsonString name && name.getValue().equals("*");
  }

  private static void requireNames(StoredCollection collection, BsonArray names) {
    if (!names.stream().allMatch(BsonValue::isString)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "dropIndexes %s (%s) failed to drop multiple indexes %s: index name must be a string"
              .formatted(
                  collection.namespace(), collection.uuid().asUuid(), ElementText.value(names)));
    }
  }

  private static Index find(StoredCollection collection, BsonValue which) {
    Index found;
    if (which instanceof BsonString name) {
      found = collection.index(name.getValue());
      if (found == null) {
        throw new CommandFailure(
            ErrorCode.INDEX_NOT_FOUND, "index not found with name [" + name.getValue() + "]");
      }
    } else {
      BsonDocument key = which.asDocument();
      found = IndexSpecs.withKey(collection, key);
      if (found == null) {
        throw new CommandFailure(
            ErrorCode.INDEX_NOT_FOUND, "can't find index with key: " + ElementText.value(key));
      }
    }
    if (Index.isIdKey(found.key())) {
      throw new CommandFailure(ErrorCode.INVALID_OPTIONS, "cannot drop _id index");
    }
    return found;
  }
}
