package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.stage.Outline;
import dev.tailrace.fakeserver.storage.CatalogEntry;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.StoredView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
   * @param depth how many views there are on the way
   */
  record Resolved(Namespace namespace, List<BsonDocument> stages, int depth) {}

  /** Follows views down to a collection, which need not exist. */
  static Resolved resolve(State state, Namespace namespace) {
    List<BsonDocument> stages = new ArrayList<>();
    Namespace current = namespace;
    for (int depth = 0; depth <= MAX_DEPTH; depth++) {
      StoredView view = state.view(current);
      if (view == null) {
        return new Resolved(current, stages, depth);
      }
      stages.addAll(0, view.pipeline());
      current = new Namespace(namespace.db(), view.viewOn());
    }
    throw tooDeep();
  }

  /**
   * Refuses to follow views further, where one reads from others by a stage.
   *
   * @param depth how many of them are being read already
   */
  static void requireNotTooDeep(int depth) {
    if (depth > MAX_DEPTH) {
      throw tooDeep();
    }
  }

  private static CommandFailure tooDeep() {
    return new CommandFailure(
        ErrorCode.VIEW_DEPTH_LIMIT_EXCEEDED,
        "View depth too deep or view cycle detected; maximum depth is " + MAX_DEPTH);
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
    checkDepth(call.target().state(), view);
  }

  /** Refuses a view that would be part of a circle, or of a chain that is too long. */
  private static void checkDepth(State state, StoredView view) {
    State with = state.without(view.namespace()).with(view);
    Map<Namespace, Set<Namespace>> below = new HashMap<>();
    Map<Namespace, Set<Namespace>> above = new HashMap<>();
    for (CatalogEntry entry : with.entriesOf(view.namespace().db())) {
      if (entry instanceof StoredView each) {
        Set<Namespace> parts = LockedNames.parts(with, each);
        parts.removeIf(part -> with.view(part) == null);
        below.put(each.namespace(), parts);
        for (Namespace part : parts) {
          above.computeIfAbsent(part, any -> new LinkedHashSet<>()).add(each.namespace());
        }
      }
    }
    int height = height(view.namespace(), below) + height(view.namespace(), above) - 1;
    if (height > MAX_DEPTH) {
      throw new CommandFailure(
          ErrorCode.VIEW_DEPTH_LIMIT_EXCEEDED,
          "View depth limit exceeded; maximum depth is " + MAX_DEPTH);
    }
  }

  /**
   * How many views the longest way from one has, itself included. It goes by layers, and one of
   * more layers than there may be is as good as the highest.
   */
  private static int height(Namespace from, Map<Namespace, Set<Namespace>> next) {
    Set<Namespace> layer = Set.of(from);
    for (int height = 1; height <= MAX_DEPTH; height++) {
      Set<Namespace> following = new LinkedHashSet<>();
      layer.forEach(name -> following.addAll(next.getOrDefault(name, Set.of())));
      if (following.contains(from)) {
        throw new CommandFailure(ErrorCode.GRAPH_CONTAINS_CYCLE, "View cycle detected on " + from);
      }
      if (following.isEmpty()) {
        return height;
      }
      layer = following;
    }
    return MAX_DEPTH + 1;
  }
}
