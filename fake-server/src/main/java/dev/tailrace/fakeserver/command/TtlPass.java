package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.transaction.Transaction.Touched;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * One pass of the TTL monitor: the primary deletes every document whose time is over, each in an
 * entry of its own. What a transaction has for itself it leaves for the next pass.
 */
public final class TtlPass {

  private final World world;

  private TtlPass(World world) {
    this.world = world;
  }

  /** Goes over all collections. */
  public static void run(World world) {
    TtlPass pass = new TtlPass(world);
    State state = world.set().journal().head();
    for (String db : state.databases()) {
      if (!db.equals("local")) {
        state.entriesOf(db).forEach(entry -> pass.expireIn(entry.namespace()));
      }
    }
  }

  private void expireIn(Namespace namespace) {
    StoredCollection collection = world.set().journal().head().collection(namespace);
    boolean mayDelete =
        collection != null
            && !collection.isCapped()
            && world.transactions().lockQueue().firstWanted(List.of(namespace)) == null;
    if (collection == null || !mayDelete) {
      return;
    }
    for (Index index : collection.indexes()) {
      if (index.spec().get(Expiry.OPTION) instanceof BsonNumber seconds
          && index.key().size() == 1
          && !Index.isIdKey(index.key())) {
        long until = until(seconds);
        expire(namespace, document -> index.hasDateUpTo(document, until));
      }
    }
    if (!(collection.options().get(Expiry.OPTION) instanceof BsonNumber seconds)) {
      return;
    }
    if (collection.options().containsKey("timeseries")) {
      expire(namespace, bucket -> TimeSeries.isBucketUpTo(collection, bucket, until(seconds)));
    } else if (collection.options().containsKey("clusteredIndex")) {
      long until = until(seconds);
      expire(
          namespace,
          document -> document.get("_id") instanceof BsonDateTime at && at.getValue() <= until);
    }
  }

  private long until(BsonNumber seconds) {
    return Expiry.untilMillis(seconds, world.set().wallMillis());
  }

  private void expire(Namespace namespace, Predicate<BsonDocument> isOver) {
    StoredCollection collection = world.set().journal().head().collection(namespace);
    if (collection == null) {
      return;
    }
    for (Map.Entry<Long, RawBsonDocument> record : collection.records().toList()) {
      BsonValue id = record.getValue().get("_id");
      boolean isFree =
          id == null
              || !world.transactions().isTouchedByAnother(new Touched(collection.uuid(), id), null);
      if (isFree && isOver.test(record.getValue())) {
        Change deletion = CollectionWriter.deletion(collection, record.getValue());
        collection = collection.delete(record.getKey());
        world.set().write(deletion, world.set().journal().head().with(collection));
      }
    }
  }
}
