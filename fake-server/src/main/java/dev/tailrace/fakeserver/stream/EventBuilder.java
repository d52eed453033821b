package dev.tailrace.fakeserver.stream;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.oplog.OplogEntry;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.query.value.ValueText;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.DocumentBuilder;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.StoredView;
import dev.tailrace.fakeserver.storage.UpdateDescription;
import dev.tailrace.fakeserver.stream.StreamSpec.FullDocument;
import dev.tailrace.fakeserver.stream.StreamSpec.FullDocumentBeforeChange;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Makes events out of changes: every field in its place, as the release at hand has them.
 *
 * <p>The order is {@code to}, {@code txnNumber}, {@code lsid}, {@code _id}, {@code operationType},
 * {@code clusterTime}, from 6.0 on {@code collectionUUID} and {@code wallTime}, then {@code
 * fullDocument}, {@code ns}, {@code documentKey}, {@code operationDescription}, {@code
 * updateDescription}, {@code stateBeforeChange}, {@code nsType}. {@code fullDocumentBeforeChange}
 * comes before {@code ns} up to 5.3, and last from 6.0 on.
 */
final class EventBuilder {

  private final StreamSpec spec;
  private final ServerVersion version;
  private final DocumentBuilder builder = new DocumentBuilder();

  /** The newest event's subject, which most others have too, and how events name it. */
  private @Nullable Namespace namedNamespace;

  private RawBsonDocument name = RawDocuments.of(new BsonDocument());

  EventBuilder(StreamSpec spec) {
    this.spec = spec;
    version = spec.version();
  }

  /**
   * The event of a change that the stream sees.
   *
   * @param documentKey of the change; null if it is of no document
   * @param token the event's
   * @param lookup the catalog that {@code updateLookup} reads
   */
  RawBsonDocument event(
      OplogEntry entry,
      Change change,
      @Nullable BsonDocument documentKey,
      BsonDocument token,
      State lookup) {
    DocumentBuilder event = builder.clear();
    if (change instanceof Change.Rename rename) {
      event.append("to", ns(rename.to()));
    }
    OplogEntry.TransactionId transaction = entry.transaction();
    if (transaction != null) {
      event
          .append("txnNumber", new BsonInt64(transaction.txnNumber()))
          .append("lsid", transaction.lsid());
    }
    event.append("_id", token).append("operationType", operationType(change));
    event.append("clusterTime", entry.time());
    if (spec.showsNewerFields() && change instanceof Change.OnCollection onCollection) {
      event.append("collectionUUID", onCollection.uuid());
    }
    appendWallTime(event, entry);
    Images images = new Images(entry, change, lookup);
    BsonValue before = images.before(token);
    appendIfPresent(event, "fullDocument", images.fullDocument());
    if (!version.atLeast(6, 0)) {
      appendIfPresent(event, "fullDocumentBeforeChange", before);
    }
    appendSubject(event, change, documentKey);
    if (version.atLeast(6, 0)) {
      appendIfPresent(event, "fullDocumentBeforeChange", before);
    }
    return event.build();
  }

  /** The event that ends a stream, after {@code entry}. */
  RawBsonDocument invalidate(OplogEntry entry, BsonDocument token) {
    DocumentBuilder event =
        builder
            .clear()
            .append("_id", token)
            .append("operationType", "invalidate")
            .append("clusterTime", entry.time());
    appendWallTime(event, entry);
    return event.build();
  }

  /** What the event calls the change. */
  static String operationType(Change change) {
    if (change instanceof Change.Insert) {
      return "insert";
    } else if (change instanceof Change.Update) {
      return "update";
    } else if (change instanceof Change.Replace) {
      return "replace";
    } else if (change instanceof Change.Delete) {
      return "delete";
    } else if (change instanceof Change.Drop) {
      return "drop";
    } else if (change instanceof Change.Rename) {
      return "rename";
    } else if (change instanceof Change.DropDatabase) {
      return "dropDatabase";
    } else if (change instanceof Change.Create) {
      return "create";
    } else if (change instanceof Change.CreateIndexes) {
      return "createIndexes";
    } else if (change instanceof Change.IndexBuild build) {
      return switch (build.phase()) {
        case START -> "startIndexBuild";
        case ABORT -> "abortIndexBuild";
      };
    } else if (change instanceof Change.DropIndex) {
      return "dropIndexes";
    } else if (change instanceof Change.Modify) {
      return "modify";
    } else if (change instanceof Change.ViewChange view) {
      return switch (view.kind()) {
        case CREATE -> "create";
        case MODIFY -> "modify";
        case DROP -> "drop";
      };
    }
    throw new IllegalArgumentException("no event is made of " + change);
  }

  /** The document's key, for the changes of documents; null for others. */
  static @Nullable BsonDocument documentKey(Change change) {
    if (change instanceof Change.Insert insert) {
      return insert.documentKey();
    } else if (change instanceof Change.Update update) {
      return update.documentKey();
    } else if (change instanceof Change.Replace replace) {
      return replace.documentKey();
    } else if (change instanceof Change.Delete delete) {
      return delete.documentKey();
    }
    return null;
  }

  /** What {@code operationDescription} says; null where there is none. */
  static @Nullable BsonDocument operationDescription(Change change) {
    if (change instanceof Change.Create create) {
      return create.options();
    } else if (change instanceof Change.CreateIndexes created) {
      return new BsonDocument("indexes", new BsonArray(created.specs()));
    } else if (change instanceof Change.IndexBuild build) {
      return new BsonDocument("indexes", new BsonArray(build.specs()));
    } else if (change instanceof Change.DropIndex dropped) {
      return new BsonDocument("indexes", new BsonArray(List.of(dropped.spec())));
    } else if (change instanceof Change.Modify modify) {
      return modify.description();
    } else if (change instanceof Change.Rename rename) {
      BsonDocument description = new BsonDocument("to", ns(rename.to()));
      BsonBinary dropTarget = rename.dropTarget();
      return dropTarget == null ? description : description.append("dropTarget", dropTarget);
    } else if (change instanceof Change.ViewChange view
        && view.kind() != Change.ViewChange.Kind.DROP) {
      return view.definition();
    }
    return null;
  }

  private void appendWallTime(DocumentBuilder event, OplogEntry entry) {
    if (version.atLeast(6, 0)) {
      event.append("wallTime", new BsonDateTime(entry.wallMillis()));
    }
  }

  private void appendSubject(
      DocumentBuilder event, Change change, @Nullable BsonDocument documentKey) {
    event.append("ns", nameOf(change));
    appendIfPresent(event, "documentKey", documentKey);
    if (spec.showExpandedEvents() || (spec.showsNewerFields() && change instanceof Change.Rename)) {
      appendIfPresent(event, "operationDescription", operationDescription(change));
    }
    if (change instanceof Change.Update update) {
      appendUpdateDescription(event, update.description());
    }
    if (spec.showExpandedEvents()) {
      if (change instanceof Change.Modify modify) {
        event.append("stateBeforeChange", modify.stateBefore());
      }
      if (version.atLeast(8, 1)) {
        appendIfPresent(event, "nsType", nsType(change));
      }
    }
  }

  private void appendUpdateDescription(DocumentBuilder event, UpdateDescription description) {
    if (spec.showRawUpdateDescription()) {
      event.append("rawUpdateDescription", description.diff());
      return;
    }
    BsonDocument shown =
        new BsonDocument("updatedFields", description.updatedFields())
            .append("removedFields", description.removedFields());
    if (version.atLeast(5, 0)) {
      shown.append("truncatedArrays", description.truncatedArrays());
    }
    if (version.atLeast(6, 1) && spec.showsNewerFields()) {
      shown.append("disambiguatedPaths", description.disambiguatedPaths());
    }
    event.append("updateDescription", shown);
  }

  private static @Nullable BsonString nsType(Change change) {
    if (change instanceof Change.Create) {
      return new BsonString("collection");
    }
    if (!(change instanceof Change.ViewChange view)
        || view.kind() != Change.ViewChange.Kind.CREATE) {
      return null;
    }
    String viewOn = view.definition().getString("viewOn").getValue();
    return new BsonString(viewOn.startsWith(StoredView.BUCKETS) ? "timeseries" : "view");
  }

  private BsonDocument nameOf(Change change) {
    if (!(change instanceof Change.OnCollection onCollection)) {
      return nsOf(change);
    }
    if (!onCollection.namespace().equals(namedNamespace)) {
      namedNamespace = onCollection.namespace();
      name = RawDocuments.of(ns(onCollection.namespace()));
    }
    return name;
  }

  private static BsonDocument nsOf(Change change) {
    if (change instanceof Change.OnCollection onCollection) {
      return ns(onCollection.namespace());
    } else if (change instanceof Change.ViewChange view) {
      return ns(view.namespace());
    } else if (change instanceof Change.DropDatabase dropped) {
      return new BsonDocument("db", new BsonString(dropped.db()));
    }
    throw new IllegalArgumentException("no event is made of " + change);
  }

  private static BsonDocument ns(Namespace namespace) {
    return new BsonDocument("db", new BsonString(namespace.db()))
        .append("coll", new BsonString(namespace.collection()));
  }

  private static void appendIfPresent(
      DocumentBuilder event, String field, @Nullable BsonValue value) {
    if (value != null) {
      event.append(field, value);
    }
  }

  /** The documents around one change, as the stream's modes want them. */
  private final class Images {

    private final OplogEntry entry;
    private final Change change;
    private final State lookup;
    private final Change.@Nullable Images recorded;

    Images(OplogEntry entry, Change change, State lookup) {
      this.entry = entry;
      this.change = change;
      this.lookup = lookup;
      recorded = change.recordedImages();
    }

    /**
     * The document before the change.
     *
     * @param token the event's, for the refusal of releases before 6.0
     */
    @Nullable BsonValue before(BsonDocument token) {
      boolean hasBefore =
          change instanceof Change.Update
              || change instanceof Change.Replace
              || change instanceof Change.Delete;
      if (!hasBefore || spec.fullDocumentBeforeChange() == FullDocumentBeforeChange.OFF) {
        return null;
      }
      if (recorded != null) {
        return recorded.before();
      }
      if (spec.fullDocumentBeforeChange() == FullDocumentBeforeChange.REQUIRED) {
        throw missingPreImage(token);
      }
      return version.atLeast(6, 0) ? BsonNull.VALUE : null;
    }

    @Nullable BsonValue fullDocument() {
      if (change instanceof Change.Insert insert) {
        return insert.document();
      } else if (change instanceof Change.Replace replace) {
        return replace.document();
      } else if (!(change instanceof Change.Update update)) {
        return null;
      } else if (spec.fullDocument() == FullDocument.DEFAULT) {
        return null;
      } else if (spec.fullDocument() == FullDocument.UPDATE_LOOKUP) {
        return currentDocument(update);
      } else if (recorded != null && recorded.after() != null) {
        return recorded.after();
      } else if (spec.fullDocument() == FullDocument.REQUIRED) {
        throw new CommandFailure(
            ErrorCode.NO_MATCHING_DOCUMENT,
            "Change stream was configured to require a post-image for all update events, but the"
                + " post-image was not found for event: "
                + summary());
      }
      return BsonNull.VALUE;
    }

    /**
     * The document as it is now. Its collection is found by identity, from 8.1 on by name unless
     * the client says otherwise.
     */
    private BsonValue currentDocument(Change.Update update) {
      StoredCollection collection =
          version.atLeast(8, 1) && !spec.matchCollectionUuid()
              ? lookup.collection(update.namespace())
              : lookup.collection(update.uuid());
      BsonValue id = update.documentKey().get("_id");
      BsonDocument found = collection == null || id == null ? null : collection.documentById(id);
      return found == null ? BsonNull.VALUE : found;
    }

    private CommandFailure missingPreImage(BsonDocument token) {
      String required =
          "Change stream was configured to require a pre-image for all update, delete and replace"
              + " events, but ";
      return version.atLeast(6, 0)
          ? new CommandFailure(
              ErrorCode.NO_MATCHING_DOCUMENT,
              required + "the pre-image was not found for event: " + summary())
          : new CommandFailure(
              51_770,
              required
                  + "no pre-image optime was recorded for event: "
                  + ValueText.value(
                      new EventBuilder(spec.withoutImages())
                          .event(entry, change, documentKey(change), token, lookup)));
    }

    private String summary() {
      BsonDocument summary =
          new BsonDocument("operationType", new BsonString(operationType(change)))
              .append("ns", nsOf(change))
              .append("clusterTime", entry.time());
      OplogEntry.TransactionId transaction = entry.transaction();
      if (transaction != null) {
        summary.append("txnNumber", new BsonInt64(transaction.txnNumber()));
      }
      return ElementText.value(summary);
    }
  }
}
