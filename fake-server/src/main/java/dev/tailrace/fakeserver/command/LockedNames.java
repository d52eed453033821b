package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredView;
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
      }
      default -> found.add(call.request().subject());
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
    StoredView view = state.view(name);
    if (names.add(name) && view != null) {
      add(new Namespace(name.db(), view.viewOn()));
      view.pipeline().forEach(this::join);
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
