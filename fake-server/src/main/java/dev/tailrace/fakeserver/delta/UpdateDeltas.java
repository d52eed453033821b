package dev.tailrace.fakeserver.delta;

import dev.tailrace.fakeserver.query.update.UpdateLog;
import dev.tailrace.fakeserver.query.update.UpdateLog.Component;
import dev.tailrace.fakeserver.storage.UpdateDescription;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/** What update operators did, in the words of either kind of oplog entry. */
public final class UpdateDeltas {

  private UpdateDeltas() {}

  /** Up to 4.4: the {@code $set} and {@code $unset} of dotted paths that would do the same. */
  public static UpdateDescription asSetAndUnset(UpdateLog log) {
    BsonDocument updated = new BsonDocument();
    BsonArray removed = new BsonArray();
    for (UpdateLog.Entry entry : log.entries()) {
      if (entry.change() instanceof UpdateLog.Change.Set set) {
        updated.append(entry.dottedPath(), set.value());
      } else {
        removed.add(new BsonString(entry.dottedPath()));
      }
    }
    return new UpdateDescription(
        updated, removed, new BsonArray(), new BsonDocument(), new BsonDocument());
  }

  /**
   * From 5.0 on: a tree, in which what is new begins where the path did not exist before.
   *
   * @param after the document after the update
   */
  public static Delta asDelta(UpdateLog log, BsonDocument after) {
    Delta delta = Delta.ofDocuments();
    for (UpdateLog.Entry entry : log.entries()) {
      add(delta, entry, after);
    }
    return delta;
  }

  private static void add(Delta root, UpdateLog.Entry entry, BsonDocument after) {
    boolean isNew = entry.existing() < entry.path().size();
    List<Component> path = isNew ? entry.path().subList(0, entry.existing() + 1) : entry.path();
    Delta delta = root;
    BsonValue value = after;
    for (int i = 0; i < path.size() - 1; i++) {
      delta = delta.inside(path.get(i), path.get(i + 1) instanceof Component.ArrayIndex);
      value = child(value, path.get(i));
    }
    Component last = path.get(path.size() - 1);
    boolean isSet = entry.change() instanceof UpdateLog.Change.Set;
    if (last instanceof Component.ArrayIndex element) {
      delta.update(element.index(), isSet ? child(value, last) : BsonNull.VALUE);
    } else if (!isSet) {
      delta.delete(last.text());
    } else if (isNew) {
      delta.insert(last.text(), child(value, last));
    } else {
      delta.update(last.text(), child(value, last));
    }
  }

  private static BsonValue child(BsonValue value, Component step) {
    if (value instanceof BsonDocument document) {
      return document.get(step.text(), BsonNull.VALUE);
    }
    if (value instanceof BsonArray array
        && step instanceof Component.ArrayIndex element
        && element.index() < array.size()) {
      return array.get(element.index());
    }
    return BsonNull.VALUE;
  }
}
