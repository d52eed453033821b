package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Which collections a command on documents is about: the one that it names, those of a {@code
 * bulkWrite}, those that its pipeline joins, and all that views among them are made of.
 */
final class LockedNames {

  private final String db;
  private final State state;
  private final Set<Namespace> names = new LinkedHashSet<>();

  /** Those of them that have not been looked into. */
  private final Deque<Namespace> unseen = new ArrayDeque<>();

  private LockedNames(String db, State state) {
    this.db = db;
    this.state = state;
  }

  static Set<Namespace> of(Invocation call) {
    LockedNames found = new LockedNames(call.request().db(), call.set().journal().head());
    switch (call.request().name()) {
      case "getMore" -> found.add(call.request().get("collection"));
      case "killCursors", "commitTransaction", "abortTransaction" -> {}
      case "bulkWrite" -> found.addAll(call.request().documents("nsInfo"));
      case "aggregate" -> {
        found.add(call.request().subject());
        found.join(call.request().get("pipeline"));
        written(call).forEach(found::add);
      }
      default -> found.add(call.request().subject());
    }
    found.follow();
    return found.names;
  }

  /** What a view is made of itself, without what that is made of. */
  static Set<Namespace> parts(State state, StoredView view) {
    LockedNames found = new LockedNames(view.namespace().db(), state);
    found.look(view);
    return found.names;
  }

  /** What an aggregate writes to; empty for other commands. */
  static Set<Namespace> written(Invocation call) {
    LockedNames found = new LockedNames(call.request().db(), call.set().journal().head());
    if (call.request().name().equals("aggregate")
        && call.request().get("pipeline") instanceof BsonArray stages
        && !stages.isEmpty()
        && stages.get(stages.size() - 1) instanceof BsonDocument last) {
      found.write(last);
    }
    return found.names;
  }

  private void addAll(@Nullable List<RawBsonDocument> infos) {
    if (infos != null) {
      for (RawBsonDocument info : infos) {
        if (info.get("ns") instanceof BsonString name) {
          Namespace.parse(name.getValue()).ifPresent(this::add);
        }
      }
    }
  }

  private void add(@Nullable BsonValue collection) {
    if (collection instanceof BsonString name) {
      add(new Namespace(db, name.getValue()));
    }
  }

  private void add(Namespace name) {
    if (names.add(name)) {
      unseen.add(name);
    }
  }

  private void follow() {
    while (!unseen.isEmpty()) {
      StoredView view = state.view(unseen.remove());
      if (view != null) {
        look(view);
      }
    }
  }

  private void look(StoredView view) {
    add(new Namespace(view.namespace().db(), view.viewOn()));
    view.pipeline().forEach(this::join);
  }

  /** Adds what a pipeline writes to that ends with this stage. */
  private void write(BsonDocument stage) {
    BsonValue to = stage.get("$out");
    if (to == null && stage.containsKey("$merge")) {
      to = stage.get("$merge");
      to = to instanceof BsonDocument merge && merge.containsKey("into") ? merge.get("into") : to;
    }
    if (to instanceof BsonDocument target && target.get("coll") instanceof BsonString name) {
      String into = target.get("db") instanceof BsonString other ? other.getValue() : db;
      add(new Namespace(into, name.getValue()));
    } else {
      add(to);
    }
  }

  /** Adds what is joined anywhere in there, be it in a pipeline within a pipeline. */
  private void join(@Nullable BsonValue part) {
    if (part instanceof BsonArray array) {
      array.forEach(this::join);
    } else if (part instanceof BsonDocument document) {
      document.forEach(
          (field, value) -> {
            if (value instanceof BsonDocument stage) {
              switch (field) {
                case "$lookup", "$graphLookup" -> add(stage.get("from"));
                case "$unionWith" -> add(stage.get("coll"));
                default -> {}
              }
            } else if (field.equals("$unionWith")) {
              add(value);
            }
            join(value);
          });
    }
  }
}
