package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.cursor.CappedTail;
import dev.tailrace.fakeserver.cursor.ResultIterator;
import dev.tailrace.fakeserver.cursor.ServerCursor;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.projection.Projection;
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
import org.bson.BsonString;
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

  @Override
  public Outcome run(Invocation call) {
    Namespace namespace = Names.collection(call);
    GenericFields.requireKnown(
        call.request(), call.version(), GenericFields.Style.WHOLE_COMMAND, KNOWN);
    QueryArguments arguments = new QueryArguments(call);
    arguments.checkComment();
    Long limit = arguments.count("limit");
    Long skip = arguments.count("skip");
    Long batchSize = arguments.count("batchSize");
    boolean singleBatch = arguments.flag("singleBatch");
    boolean noCursorTimeout = arguments.flag("noCursorTimeout");
    State state = call.readState();
    Views.Resolved resolved = Views.resolve(state, namespace);
    if (!resolved.stages().isEmpty() || state.view(namespace) != null) {
      return new Outcome.Reply(findInView(call, arguments, namespace));
    }
    StoredCollection collection = state.collection(namespace);
    Hints.check(collection, call.request().get("hint"));
    QueryContext context = arguments.context(collection);
    boolean tailable = arguments.flag("tailable");
    boolean awaitData = arguments.flag("awaitData");
    if (awaitData && !tailable) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE, "Cannot set 'awaitData' without also setting 'tailable'");
    }
    if (tailable && collection != null) {
      return new Outcome.Reply(openTail(call, arguments, collection, context, awaitData));
    }
    Iterator<BsonDocument> found = results(arguments, collection, context, skip, limit);
    if (collection == null && !call.version().atLeast(5, 0)) {
      return new Outcome.Reply(emptyOfOld(namespace));
    }
    ResultIterator results = new ResultIterator(found);
    long size = batchSize == null ? CursorReplies.DEFAULT_FIRST_BATCH : batchSize;
    List<RawBsonDocument> batch = CursorReplies.take(results, size);
    boolean isOver = singleBatch || !results.hasNext();
    long id =
        isOver
            ? 0
            : CursorReplies.open(
                    call,
                    namespace,
                    new ServerCursor.Content.Results(results, call.atClusterTime()),
                    noCursorTimeout)
                .id();
    return new Outcome.Reply(
        CursorReplies.of(CursorReplies.FIRST_BATCH, batch, id, namespace, call.atClusterTime()));
  }

  private static Iterator<BsonDocument> results(
      QueryArguments arguments,
      @Nullable StoredCollection collection,
      QueryContext context,
      @Nullable Long skip,
      @Nullable Long limit) {
    Matcher matcher = Matcher.parse(arguments.document("filter"), context);
    BsonDocument sort = arguments.document("sort");
    BsonDocument projected = arguments.document("projection");
    Projection projection = projected.isEmpty() ? null : Projection.parse(projected, context);
    Stream<RawBsonDocument> found =
        Scan.records(collection, matcher, sort, context).map(Map.Entry::getValue);
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

  private static BsonDocument openTail(
      Invocation call,
      QueryArguments arguments,
      StoredCollection collection,
      QueryContext context,
      boolean awaitData) {
    if (!collection.isCapped()) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "error processing query: ns=%s tailable cursor requested on non capped collection"
              .formatted(collection.namespace()));
    }
    BsonDocument projected = arguments.document("projection");
    CappedTail tail =
        new CappedTail(
            Matcher.parse(arguments.document("filter"), context),
            projected.isEmpty() ? null : Projection.parse(projected, context),
            awaitData);
    Long batchSize = arguments.count("batchSize");
    List<RawBsonDocument> batch =
        tail.read(collection, batchSize == null ? CursorReplies.DEFAULT_FIRST_BATCH : batchSize);
    ServerCursor cursor =
        CursorReplies.open(
            call,
            collection.namespace(),
            new ServerCursor.Content.Tail(tail),
            arguments.flag("noCursorTimeout"));
    return CursorReplies.of(CursorReplies.FIRST_BATCH, batch, cursor.id(), collection.namespace());
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
