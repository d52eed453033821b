package dev.tailrace.fakeserver.delta;

import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.storage.RawDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Finds the difference between two documents as the server does for updates by pipeline: it walks
 * both in order, and goes inside only where that takes fewer bytes than the new value.
 */
public final class DocumentDiff {

  /** What the oplog needs around a delta: with it a delta has to be shorter than the document. */
  private static final int OPLOG_OVERHEAD_BYTES = 15;

  private DocumentDiff() {}

  /** The difference, where it is shorter than the new document; else empty. */
  public static Optional<Delta> between(BsonDocument before, BsonDocument after) {
    Delta delta = documents(before, after);
    return size(delta.toDocument()) + OPLOG_OVERHEAD_BYTES < size(after)
        ? Optional.of(delta)
        : Optional.empty();
  }

  private static Delta documents(BsonDocument before, BsonDocument after) {
    Delta delta = Delta.ofDocuments();
    List<Map.Entry<String, BsonValue>> old = new ArrayList<>(before.entrySet());
    List<Map.Entry<String, BsonValue>> now = new ArrayList<>(after.entrySet());
    TreeSet<String> passed = new TreeSet<>();
    int i = 0;
    int j = 0;
    while (i < old.size() && j < now.size()) {
      String name = old.get(i).getKey();
      if (name.equals(now.get(j).getKey())) {
        compare(delta, name, old.get(i).getValue(), now.get(j).getValue());
        j++;
      } else {
        passed.add(name); // Deleted, unless it turns up later as an insert.
      }
      i++;
    }
    for (; i < old.size(); i++) {
      delta.delete(old.get(i).getKey());
    }
    for (; j < now.size(); j++) {
      passed.remove(now.get(j).getKey());
      delta.insert(now.get(j).getKey(), now.get(j).getValue());
    }
    passed.forEach(delta::delete);
    return delta;
  }

  private static void compare(Delta delta, String field, BsonValue before, BsonValue after) {
    if (BsonOrder.identical(before, after)) {
      return;
    }
    Optional<Delta> inside = inside(before, after);
    inside.ifPresentOrElse(inner -> delta.put(field, inner), () -> delta.update(field, after));
  }

  private static Delta arrays(BsonArray before, BsonArray after) {
    Delta delta = Delta.ofArrays();
    for (int i = 0; i < after.size(); i++) {
      int index = i;
      BsonValue now = after.get(i);
      if (i >= before.size()) {
        delta.update(index, now);
      } else if (!BsonOrder.identical(before.get(i), now)) {
        inside(before.get(i), now)
            .ifPresentOrElse(inner -> delta.put(index, inner), () -> delta.update(index, now));
      }
    }
    if (after.size() < before.size()) {
      delta.truncate(after.size());
    }
    return delta;
  }

  /** The difference inside two values of one kind, where it is shorter than the new value. */
  private static Optional<Delta> inside(BsonValue before, BsonValue after) {
    Delta delta;
    if (before instanceof BsonDocument old && after instanceof BsonDocument now) {
      delta = documents(old, now);
    } else if (before instanceof BsonArray old && after instanceof BsonArray now) {
      delta = arrays(old, now);
    } else {
      return Optional.empty();
    }
    int valueBytes = size(new BsonDocument("", after)) - size(new BsonDocument()) - 2;
    return size(delta.toDocument()) < valueBytes ? Optional.of(delta) : Optional.empty();
  }

  private static int size(BsonDocument document) {
    return RawDocuments.size(RawDocuments.of(document));
  }
}
