package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.stage.Outline;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.StoredView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** Views: what they resolve to, and what may not be done with them. */
final class Views {

  private static final int MAX_DEPTH = 20;

  private Views() {}

  /**
   * What is read when a namespace is.
   *
   * @param namespace the collection underneath
   * @param stages the stages of the views on the way, to be put before those of the reader
   */
  record Resolved(Namespace namespace, List<BsonDocument> stages) {}

  /** Follows views down to a collection, which need not exist. */
  static Resolved resolve(State state, Namespace namespace) {
    List<BsonDocument> stages = new ArrayList<>();
    Namespace current = namespace;
    for (int depth = 0; depth <= MAX_DEPTH; depth++) {
      StoredView view = state.view(current);
      if (view == null) {
        return new Resolved(current, stages);
      }
      stages.addAll(0, view.pipeline());
      current = new Namespace(namespace.db(), view.viewOn());
    }
    throw new CommandFailure(
        ErrorCode.INVALID_OPTIONS, "View depth too deep or view cycle detected on " + namespace);
  }

  /**
   * The collection of that name, or null.
   *
   * @throws CommandFailure 166 if it is a view
   */
  static @Nullable StoredCollection collectionOrNull(State state, Namespace namespace) {
    requireNoView(state, namespace);
    return state.collection(namespace);
  }

  /** The refusal of an option that only collections have. */
  static CommandFailure optionNotSupported(String option) {
    return new CommandFailure(
        ErrorCode.INVALID_OPTIONS, "option not supported on a view: " + option);
  }

  /** Refuses a view where a change stream is to be opened. */
  static void requireWatchable(State state, Namespace namespace) {
    StoredView view = state.view(namespace);
    if (view != null && view.isTimeSeries()) {
      throw new CommandFailure(
          ErrorCode.COMMAND_NOT_SUPPORTED_ON_VIEW,
          "Namespace " + namespace + " is a timeseries collection");
    }
    requireNoView(state, namespace);
  }

  /** Refuses a view where only a collection will do. */
  static void requireNoView(State state, Namespace namespace) {
    StoredView view = state.view(namespace);
    if (view != null && view.isTimeSeries()) {
      throw TimeSeries.notDone(namespace);
    }
    if (view != null) {
      throw new CommandFailure(
          ErrorCode.COMMAND_NOT_SUPPORTED_ON_VIEW,
          "Namespace " + namespace + " is a view, not a collection");
    }
  }

  /** Refuses a view whose pipeline is none, or that would read from itself. */
  static void check(Invocation call, StoredView view) {
    for (BsonDocument stage : view.pipeline()) {
      for (String banned : List.of("$changeStream", "$out", "$merge")) {
        if (stage.containsKey(banned)) {
          throw new CommandFailure(
              ErrorCode.OPTION_NOT_SUPPORTED_ON_VIEW,
              "Invalid pipeline for view %s :: caused by :: %s cannot be used in a view definition"
                  .formatted(view.namespace(), banned));
        }
      }
    }
    try {
      Outline.of(view.pipeline(), call.version());
      Pipelines.parse(call, view.namespace(), view.pipeline());
    } catch (CommandFailure e) {
      throw e.causedIn("Invalid pipeline for view " + view.namespace());
    }
    checkNoCycle(call.target().state(), view);
  }

  private static void checkNoCycle(State state, StoredView view) {
    Set<Namespace> seen = new HashSet<>();
    seen.add(view.namespace());
    Namespace current = new Namespace(view.namespace().db(), view.viewOn());
    while (true) {
      if (!seen.add(current)) {
        throw new CommandFailure(
            ErrorCode.GRAPH_CONTAINS_CYCLE, "View cycle detected on " + view.namespace());
      }
      StoredView next = state.view(current);
      if (next == null) {
        return;
      }
      current = new Namespace(current.db(), next.viewOn());
    }
  }
}
