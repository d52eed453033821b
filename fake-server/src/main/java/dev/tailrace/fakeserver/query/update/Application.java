package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;

/**
 * One application of operators to one document: a copy that is changed bit by bit, and the log of
 * it.
 */
final class Application {

  /** How many nulls an update may put before an element beyond the end of an array. */
  private static final int MAX_PADDING = 1_500_000;

  private final BsonDocument before;
  private final BsonDocument document;
  private final OptionalInt matchedIndex;
  private final boolean isInsert;
  private final QueryContext context;
  private final StorageRules rules;
  private List<UpdateLog.Entry> log = new ArrayList<>();

  Application(
      BsonDocument before, OptionalInt matchedIndex, boolean isInsert, QueryContext context) {
    this.before = before;
    this.document = (BsonDocument) copy(before);
    this.matchedIndex = matchedIndex;
    this.isInsert = isInsert;
    this.context = context;
    this.rules = new StorageRules(context);
  }

  /** A copy whose documents and arrays can be changed without touching the original's. */
  private static BsonValue copy(BsonValue value) {
    if (value instanceof BsonDocument original) {
      BsonDocument copied = new BsonDocument();
      for (Map.Entry<String, BsonValue> field : original.entrySet()) {
        copied.append(field.getKey(), copy(field.getValue()));
      }
      return copied;
    }
    if (value instanceof BsonArray original) {
      List<BsonValue> copied = new ArrayList<>(original.size());
      original.forEach(element -> copied.add(copy(element)));
      return new BsonArray(copied);
    }
    return value;
  }

  BsonDocument document() {
    return document;
  }

  UpdateLog log() {
    return new UpdateLog(ImmutableList.copyOf(log));
  }

  OptionalInt matchedIndex() {
    return matchedIndex;
  }

  boolean isInsert() {
    return isInsert;
  }

  QueryContext context() {
    return context;
  }

  Location locate(List<String> path) {
    return Location.find(document, path);
  }

  /** The document's {@code _id} as messages show it. */
  String idText() {
    BsonValue id = document.get("_id");
    return id == null ? "no id" : ElementText.field("_id", id);
  }

  /** Does something of which the log shall not tell. */
  void withoutLog(Runnable work) {
    List<UpdateLog.Entry> kept = log;
    log = new ArrayList<>();
    work.run();
    log = kept;
  }

  /** Writes down that the value at a place, which exists by now, was set. */
  void logSet(Location location) {
    int existing = existing(location.components());
    boolean replaced = existing == location.components().size();
    log.add(
        new UpdateLog.Entry(
            location.components(), existing, new UpdateLog.Change.Set(location.value(), replaced)));
  }

  void logUnset(Location location) {
    log.add(
        new UpdateLog.Entry(
            location.components(),
            location.components().size(),
            new UpdateLog.Change.Unset(location.isInArray())));
  }

  /** How many leading components there were before the update. */
  private int existing(ImmutableList<UpdateLog.Component> components) {
    List<String> names = components.stream().map(UpdateLog.Component::text).toList();
    return Location.find(before, names).components().size();
  }

  /** Sets the value at a path, whether or not there is one. */
  void set(Location location, BsonValue value) {
    Location changed = put(location, value);
    requireStorable(firstChanged(location, changed));
    logSet(changed);
  }

  /**
   * Sets an array to which elements were added, and leaves the log to the caller.
   *
   * @return the place of the array
   */
  Location setArray(Location location, BsonArray array, List<BsonValue> added) {
    Location changed = put(location, array);
    if (!isInsert) {
      // In what the server says, elements just added have no names yet.
      String path = changed.dotted() + ".";
      int depth = changed.components().size() + 1;
      added.forEach(element -> rules.checkWithin(element, path, depth));
    }
    if (!location.exists()) {
      requireStorable(firstChanged(location, changed));
    }
    return changed;
  }

  /** The first name on a path whose value was not there before, or not the same. */
  private Location firstChanged(Location before, Location after) {
    return before.exists() ? after : locate(after.path().subList(0, before.path().size() + 1));
  }

  /** Refuses what documents may not hold; in an upsert the whole document is checked at the end. */
  private void requireStorable(Location changed) {
    if (!isInsert) {
      rules.check(changed);
    }
  }

  private Location put(Location location, BsonValue value) {
    if (location.exists()) {
      requireIdUntouched(location);
      return location.replacedBy(value);
    }
    create(location, value);
    requireNotWithinId(location);
    List<String> path = new ArrayList<>(location.path());
    path.addAll(location.missing());
    return locate(path);
  }

  /**
   * Makes the missing part of a path, with a value at its end: objects all along, and nulls before
   * an element beyond the end of an array.
   */
  private static void create(Location location, BsonValue value) {
    List<String> missing = location.missing();
    String next = missing.get(0);
    BsonValue made = value;
    for (int i = missing.size() - 1; i > 0; i--) {
      made = new BsonDocument(missing.get(i), made);
    }
    OptionalInt index = Location.arrayIndex(next);
    if (location.value() instanceof BsonDocument object) {
      object.append(next, made);
    } else if (location.value() instanceof BsonArray array && index.isPresent()) {
      pad(array, index.getAsInt());
      array.add(made);
    } else {
      throw new CommandFailure(
          ErrorCode.PATH_NOT_VIABLE,
          "Cannot create field '%s' in element {%s}".formatted(next, location.element()));
    }
  }

  private static void pad(BsonArray array, int size) {
    if (size - array.size() > MAX_PADDING) {
      throw new CommandFailure(
          ErrorCode.CANNOT_BACKFILL_ARRAY, "can't backfill more than " + MAX_PADDING + " elements");
    }
    while (array.size() < size) {
      array.add(BsonNull.VALUE);
    }
  }

  /** Refuses a new field within {@code _id}. */
  private static void requireNotWithinId(Location parent) {
    if (isOfId(parent)) {
      throw new CommandFailure(
          ErrorCode.IMMUTABLE_FIELD,
          "Updating the path '%s' to %s would modify the immutable field '_id'"
              .formatted(parent.dotted(), parent.element()));
    }
  }

  /** Refuses a change of {@code _id}. */
  static void requireIdUntouched(Location changed) {
    if (isOfId(changed)) {
      throw new CommandFailure(
          ErrorCode.IMMUTABLE_FIELD,
          "Performing an update on the path '%s' would modify the immutable field '_id'"
              .formatted(changed.dotted()));
    }
  }

  private static boolean isOfId(Location location) {
    List<UpdateLog.Component> components = location.components();
    return !components.isEmpty() && components.get(0).text().equals("_id");
  }
}
