package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.oplog.Oplog;
import dev.tailrace.fakeserver.oplog.OplogEntry;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.NewDocument;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;

/**
 * {@code config.system.preimages}, which is where releases since 6.0 keep the documents before
 * changes. The fake keeps them with the changes and shows them there to whoever reads it.
 */
final class PreImages {

  private static final Namespace NAMESPACE = new Namespace("config", "system.preimages");

  /** The same in every set: nobody can make or drop the collection. */
  private static final BsonBinary COLLECTION_ID =
      new BsonBinary(new UUID(0x7072_6569_6d61_4765L, 0x8000_7461_696c_7261L));

  private PreImages() {}

  /** Whether the command is about the database that has the collection. */
  static boolean mayBeReadBy(Invocation call) {
    return call.request().db().equals(NAMESPACE.db())
        && call.version().atLeast(6, 0)
        && !call.world().standalone();
  }

  /** The collection as it is at a position: in the order of its {@code _id}, as it is clustered. */
  static StoredCollection at(Oplog oplog, long position) {
    List<BsonDocument> images = new ArrayList<>();
    for (long i = oplog.firstPosition(); i < Math.min(position, oplog.endPosition()); i++) {
      OplogEntry entry = oplog.get(i);
      for (int index = 0; index < entry.changes().size(); index++) {
        Change change = entry.changes().get(index);
        Change.Images recorded = change.recordedImages();
        if (recorded != null && change instanceof Change.OnCollection onCollection) {
          images.add(image(entry, index, onCollection.uuid(), recorded));
        }
      }
    }
    images.sort(Comparator.comparing(image -> image.get("_id"), BsonOrder.SIMPLE));
    StoredCollection collection =
        StoredCollection.create(NAMESPACE, COLLECTION_ID, new BsonDocument(), Index.ofId(null));
    for (BsonDocument image : images) {
      collection = collection.insert(NewDocument.of(RawDocuments.of(image)));
    }
    return collection;
  }

  private static BsonDocument image(
      OplogEntry entry, int index, BsonBinary collection, Change.Images recorded) {
    return new BsonDocument(
            "_id",
            new BsonDocument("nsUUID", collection)
                .append("ts", entry.time())
                .append("applyOpsIndex", new BsonInt64(index)))
        .append("operationTime", new BsonDateTime(entry.wallMillis()))
        .append("preImage", recorded.before());
  }
}
