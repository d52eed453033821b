package dev.tailrace.fakeserver.command;

import com.google.common.collect.Sets;
import dev.tailrace.fakeserver.cursor.CappedTail;
import dev.tailrace.fakeserver.cursor.ResultIterator;
import dev.tailrace.fakeserver.cursor.ServerCursor;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.projection.Projection;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** {@code find}. */
final class FindCommand implements Command {

  private static final Set<String> KNOWN =
      Set.of(
          "filter",
          "sort",
          "projection",
          "hint",
          "skip",
          "limit",
          "batchSize",
          "singleBatch",
          "ntoreturn",
          "max",
          "min",
          "returnKey",
          "showRecordId",
          "tailable",
          "oplogReplay",
          "noCursorTimeout",
          "awaitData",
          "allowPartialResults",
          "collation",
          "allowDiskUse",
          "let",
          "readOnce",
          "includeQueryStatsMetrics",
          "runtimeConstants",
          GenericFields.COMMENT);

  private static final Set<String> KNOWN_UP_TO_44 =
      Set.copyOf(Sets.difference(KNOWN, Set.of("let", "includeQueryStatsMetrics")));

  /** Flags whose type is checked, and which change nothing here. */
  private static final List<String> FLAGS =
      List.of("oplogReplay", "allowPartialResults", "allowDiskUse", "readOnce");

  @Override
  public Outcome run(Invocation call) {
    Namespace namespace = Names.read(call);
    GenericFields.requireKnown(
        call.request(), call.version(), GenericFields.Style.WHOLE_COMMAND, known(call));
    QueryArguments arguments = new QueryArguments(call);
    arguments.checkComment();
    Long limit = arguments.count("limit");
    Long skip = arguments.count("skip");
    Long batchSize = arguments.count("batchSize");
    boolean singleBatch = arguments.flag("singleBatch");
    boolean noCursorTimeout = arguments.flag("noCursorTimeout");
    FLAGS.forEach(arguments::flag);
    BsonDocument min = arguments.document("min");
    BsonDocument max = arguments.document("max");
    refuseWhatIsMissing(arguments);
    boolean tailable = arguments.flag("tailable");
    checkTail(arguments, tailable, singleBatch);
    State state = call.readState();
    Views.Resolved resolved = Views.resolve(state, namespace);
    if (!resolved.stages().isEmpty() || state.view(namespace) != null) {
      return new Outcome.Reply(findInView(call, arguments, namespace));
    }
    StoredCollection collection = state.collection(namespace);
    PlannedQuery planned =
        new PlannedQuery(
            arguments.document("filter"),
            arguments.document("sort"),
            arguments.document("projection"),
            arguments.document("collation"),
            batchSize,
            limit == null || limit == 0 ? null : limit,
            skip == null || skip == 0 ? null : skip);
    Index hinted = Hints.check(collection, call.request().get("hint"), planned);
    QueryContext context = arguments.context(collection);
    if (tailable && collection != null) {
      return new Outcome.Reply(openTail(call, arguments, collection, context, planned));
    }
    IndexBounds bounds =
        collection == null ? null : IndexBounds.of(collection, hinted, min, max, planned);
    Iterator<BsonDocument> found = results(arguments, collection, bounds, context, skip, limit);
    if (collection == null && !call.version().atLeast(5, 0)) {
      return new Outcome.Reply(emptyOfOld(namespace));
    }
    ResultIterator results =
        new ResultIterator(
            found,
            call.version().atLeast(5, 0) || PlanEnds.isForeseen(call.request().body(), collection),
            limit == null || limit == 0 ? Long.MAX_VALUE : limit);
    long size = batchSize == null ? CursorReplies.DEFAULT_FIRST_BATCH : batchSize;
    List<RawBsonDocument> batch = CursorReplies.take(results, size);
    boolean isOver = singleBatch || results.isOver(batch.size(), size);
    long id =
        isOver
            ? 0
            : CursorReplies.open(
                    call,
                    namespace,
                    new ServerCursor.Content.Results(
                        results, call.atClusterTime(), origin(call, collection)),
                    noCursorTimeout)
                .id();
    return new Outcome.Reply(
        CursorReplies.of(CursorReplies.FIRST_BATCH, batch, id, namespace, call.atClusterTime()));
  }

  /** What would be answered as if it had not been asked for. */
  private static void refuseWhatIsMissing(QueryArguments arguments) {
    for (String flag : List.of("returnKey", "showRecordId")) {
      if (arguments.flag(flag)) {
        throw missing("'" + flag + "' of find");
      }
    }
    for (String bound : List.of("min", "max")) {
      if (arguments.flag("tailable") && !arguments.document(bound).isEmpty()) {
        throw missing("'" + bound + "' of a tailable find");
      }
    }
  }

  private static CommandFailure missing(String what) {
    return new CommandFailure(
        ErrorCode.NOT_IMPLEMENTED, "the fake server does not support " + what);
  }

  /** What a cursor goes on reading; a snapshot stays as it is. */
  static ServerCursor.@Nullable Origin origin(
      Invocation call, @Nullable StoredCollection collection) {
    return collection == null || call.atClusterTime() != null
        ? null
        : ServerCursor.Origin.of(collection);
  }

  /** Refuses what cannot be asked of a tailable cursor. */
  private static void checkTail(QueryArguments arguments, boolean tailable, boolean singleBatch) {
    if (!tailable) {
      if (arguments.flag("awaitData")) {
        throw new CommandFailure(
            ErrorCode.FAILED_TO_PARSE, "Cannot set 'awaitData' without also setting 'tailable'");
      }
      return;
    }
    BsonDocument sort = arguments.document("sort");
    boolean isNatural =
        sort.size() == 1
            && sort.get("$natural") instanceof BsonNumber direction
            && direction.doubleValue() == 1;
    if (!sort.isEmpty() && !isNatural) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE, "cannot use tailable option with a sort other than {$natural: 1}");
    }
    if (singleBatch) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE, "cannot use tailable option with the 'singleBatch' option");
    }
  }

  private static Iterator<BsonDocument> results(
      QueryArguments arguments,
      @Nullable StoredCollection collection,
      @Nullable IndexBounds bounds,
      QueryContext context,
      @Nullable Long skip,
      @Nullable Long limit) {
    Matcher matcher = Matcher.parse(arguments.document("filter"), context);
    BsonDocument sort = arguments.document("sort");
    BsonDocument projected = arguments.document("projection");
    if (context.atLeast(4, 4)) {
      requirePositionsInFilter(projected, arguments.document("filter"));
    }
    Projection projection = projected.isEmpty() ? null : Projection.parse(projected, context);
    Stream<RawBsonDocument> found =
        Scan.records(collection, matcher, sort, context).map(Map.Entry::getValue);
    if (bounds != null) {
      found = bounds.within(found, !sort.isEmpty());
    }
    if (skip != null) {
      found = found.skip(skip);
    }
    if (limit != null && limit > 0) {
      found = found.limit(limit);
    }
    return projection == null
        ? found.map(document -> (BsonDocument) document).iterator()
        : found.map(document -> projection.apply(document, matcher.match(document))).iterator();
  }

  /** Refuses a positional projection of a field of which the filter says nothing. */
  private static void requirePositionsInFilter(BsonDocument projected, BsonDocument filter) {
    for (String path : projected.keySet()) {
      if (path.endsWith(".$") && !isAskedFor(firstOf(path), filter)) {
        throw new CommandFailure(
            31_277,
            "Positional projection '%s' does not match the query document.".formatted(path));
      }
    }
  }

  private static boolean isAskedFor(String field, BsonDocument filter) {
    for (Map.Entry<String, BsonValue> condition : filter.entrySet()) {
      boolean isJunction =
          condition.getKey().startsWith("$") && condition.getValue() instanceof BsonArray;
      boolean isIn =
          isJunction
              ? condition.getValue().asArray().stream()
                  .anyMatch(part -> part.isDocument() && isAskedFor(field, part.asDocument()))
              : firstOf(condition.getKey()).equals(field);
      if (isIn) {
        return true;
      }
    }
    return false;
  }

  private static String firstOf(String path) {
    return path.split("\\.", 2)[0];
  }

  private static BsonDocument openTail(
      Invocation call,
      QueryArguments arguments,
      StoredCollection collection,
      QueryContext context,
      PlannedQuery planned) {
    if (!collection.isCapped()) {
      throw planned.refused(
          collection.namespace(), "tailable cursor requested on non capped collection");
    }
    BsonDocument projected = arguments.document("projection");
    CappedTail tail =
        new CappedTail(
            Matcher.parse(arguments.document("filter"), context),
            projected.isEmpty() ? null : Projection.parse(projected, context),
            arguments.flag("awaitData"),
            new CappedTail.Range(arguments.count("skip"), arguments.count("limit")));
    Long batchSize = arguments.count("batchSize");
    List<RawBsonDocument> batch =
        tail.read(collection, batchSize == null ? CursorReplies.DEFAULT_FIRST_BATCH : batchSize);
    // A collection without documents has no place from which a scan could go on (SERVER-13955).
    long id =
        collection.count() == 0
            ? 0
            : CursorReplies.open(
                    call,
                    collection.namespace(),
                    new ServerCursor.Content.Tail(tail, ServerCursor.Origin.of(collection)),
                    arguments.flag("noCursorTimeout"))
                .id();
    return CursorReplies.of(CursorReplies.FIRST_BATCH, batch, id, collection.namespace());
  }

  private static Set<String> known(Invocation call) {
    return call.version().atLeast(5, 0) ? KNOWN : KNOWN_UP_TO_44;
  }

  /** Up to 4.4 there was another way out for what does not exist. */
  private static BsonDocument emptyOfOld(Namespace namespace) {
    return new BsonDocument(
        "cursor",
        new BsonDocument("id", new BsonInt64(0))
            .append("ns", new BsonString(namespace.toString()))
            .append(CursorReplies.FIRST_BATCH, new BsonArray()));
  }

  /** A find on a view is an aggregate of the same meaning. */
  private static BsonDocument findInView(
      Invocation call, QueryArguments arguments, Namespace namespace) {
    for (String bound : List.of("min", "max")) {
      if (!arguments.document(bound).isEmpty()) {
        throw new CommandFailure(
            ErrorCode.INVALID_PIPELINE_OPERATOR,
            "Option " + bound + " not supported in aggregation.");
      }
    }
    List<BsonDocument> stages = new ArrayList<>();
    stages.add(new BsonDocument("$match", arguments.document("filter")));
    BsonDocument sort = arguments.document("sort");
    if (!sort.isEmpty()) {
      stages.add(new BsonDocument("$sort", sort));
    }
    Long skip = arguments.count("skip");
    if (skip != null && skip > 0) {
      stages.add(new BsonDocument("$skip", new BsonInt64(skip)));
    }
    Long limit = arguments.count("limit");
    if (limit != null && limit > 0) {
      stages.add(new BsonDocument("$limit", new BsonInt64(limit)));
    }
    BsonDocument projection = arguments.document("projection");
    if (!projection.isEmpty()) {
      stages.add(new BsonDocument("$project", projection));
    }
    if (arguments.flag("tailable")) {
      throw new CommandFailure(
          ErrorCode.INVALID_PIPELINE_OPERATOR, "Tailable cursors are not supported on views");
    }
    Long batchSize = arguments.count("batchSize");
    return AggregateCommand.run(
        call, namespace, stages, batchSize == null ? CursorReplies.DEFAULT_FIRST_BATCH : batchSize);
  }
}
