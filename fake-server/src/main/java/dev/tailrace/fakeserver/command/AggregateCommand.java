package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.cursor.ResultIterator;
import dev.tailrace.fakeserver.cursor.ServerCursor;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.stage.Outline;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.transaction.LockQueue.Exclusive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** {@code aggregate}. A pipeline that begins with {@code $changeStream} opens a change stream. */
final class AggregateCommand implements Command {

  private static final Set<String> KNOWN =
      Set.of(
          "pipeline",
          "cursor",
          "explain",
          "allowDiskUse",
          "bypassDocumentValidation",
          "collation",
          "hint",
          "fromMongos",
          "needsMerge",
          "exchange",
          "runtimeConstants",
          GenericFields.COMMENT);

  private static final Set<String> KNOWN_SINCE_50 =
      Set.of("let", "isMapReduceCommand", "collectionUUID", "passthroughToShard");

  private static final Set<String> KNOWN_SINCE_60 =
      Set.of("$_generateV2ResumeTokens", "encryptionInformation", "includeQueryStatsMetrics");

  @Override
  public Outcome run(Invocation call) {
    return run(call, false);
  }

  /** Says how the command would be run. */
  static Outcome explain(Invocation call) {
    if (call.request().body().containsKey("explain")) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          "The 'explain' option is illegal when a explain verbosity is also provided");
    }
    return run(call, true);
  }

  private static Outcome run(Invocation call, boolean isExplainCommand) {
    checkFields(call);
    checkTypes(call);
    List<BsonDocument> stages = stages(call);
    boolean explain = isExplainCommand || isExplained(call);
    BsonValue cursor = call.request().get("cursor");
    boolean saysExplain = call.request().body().containsKey("explain");
    if (cursor == null && !saysExplain && !(explain && call.version().atLeast(5, 0))) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          "The 'cursor' option is required, except for aggregate with the explain argument");
    }
    if (cursor != null && !cursor.isDocument()) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH, "cursor field must be missing or an object");
    }
    long batchSize =
        CursorReplies.aggregateBatchSize(cursor == null ? new BsonDocument() : cursor.asDocument());
    Namespace namespace = namespace(call);
    StableApi.check(call, Outline.of(stages, call.version()));
    if (stages.stream().anyMatch(stage -> stage.containsKey(ChangeStreamOpening.CHANGE_STREAM))) {
      ChangeStreamOpening.requirePermitted(call, collectionOrNull(call));
    }
    if (ErrorLabels.opensChangeStream(call.request().body())) {
      ChangeStreamOpening opening = new ChangeStreamOpening(call, collectionOrNull(call), stages);
      return explain ? opening.explain() : opening.open(batchSize);
    }
    if (namespace.collection().equals("$cmd.aggregate")) {
      PipelineChecks.requireCollectionless(stages);
    }
    if (explain) {
      return new Outcome.Reply(ExplainCommand.pipeline(namespace, stages));
    }
    Supplier<Outcome> rest = () -> new Outcome.Reply(run(call, namespace, stages, batchSize));
    BsonDocument last = stages.isEmpty() ? new BsonDocument() : stages.get(stages.size() - 1);
    if (last.containsKey("$merge")) {
      return ConflictWait.orWait(call, rest);
    }
    return last.containsKey("$out") ? replacing(call, rest) : rest.get();
  }

  /** What {@code $out} replaces it wants for itself, where it may write at all. */
  private static Outcome replacing(Invocation call, Supplier<Outcome> rest) {
    return call.world().standalone() || call.member().isPrimary()
        ? ExclusiveWait.orWait(call, Exclusive.of(LockedNames.written(call)), rest)
        : rest.get();
  }

  /** Whether the command is an aggregate that writes what it finds. */
  static boolean writes(Invocation call) {
    return !writingStage(call).isEmpty();
  }

  /** The name of the stage by which an aggregate writes; empty if it does not. */
  private static String writingStage(Invocation call) {
    boolean isAggregate = call.request().name().equals("aggregate");
    BsonValue pipeline = call.request().get("pipeline");
    if (!isAggregate || !(pipeline instanceof BsonArray stages) || stages.isEmpty()) {
      return "";
    }
    BsonValue last = stages.get(stages.size() - 1);
    return last.isDocument()
        ? Stream.of("$out", "$merge").filter(last.asDocument()::containsKey).findFirst().orElse("")
        : "";
  }

  /**
   * Refuses to write what is read under a concern that leaves no room for it.
   *
   * @throws CommandFailure 72
   */
  static void requireWritableUnder(Invocation call, ReadConcern concern) {
    String stage = writingStage(call);
    if (concern.level() == ReadConcern.Level.LINEARIZABLE && !stage.isEmpty()) {
      throw ReadConcern.notSupported(
          call,
          ReadConcern.Level.LINEARIZABLE,
          stage + " cannot be used with a 'linearizable' read concern level");
    }
  }

  private static boolean isExplained(Invocation call) {
    BsonValue explain = call.request().get("explain");
    requireBoolean("explain", explain, call.version());
    return explain instanceof BsonBoolean flag && flag.getValue();
  }

  /**
   * Refuses what is neither absent nor a flag, in the words of a parser that is written by hand.
   */
  private static void requireBoolean(
      String field, @Nullable BsonValue value, ServerVersion version) {
    if (value != null && !value.isBoolean()) {
      boolean isModern = version.atLeast(5, 0);
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          field + " must be a boolean" + (isModern ? "" : ", not a " + BsonTypes.name(value)));
    }
  }

  /** Checks the fields that have no effect here, or only in some cases. */
  private static void checkTypes(Invocation call) {
    Request request = call.request();
    boolean isModern = call.version().atLeast(5, 0);
    if (isModern) {
      Idl.requireFlag(
          "aggregate.bypassDocumentValidation", request.get("bypassDocumentValidation"));
      Idl.requireType("aggregate.allowDiskUse", request.get("allowDiskUse"), BsonType.BOOLEAN);
    } else {
      checkTypesOfOld(call);
    }
    Idl.requireType(
        "aggregate.$_generateV2ResumeTokens",
        request.get("$_generateV2ResumeTokens"),
        BsonType.BOOLEAN);
    BsonValue hint = request.get("hint");
    if (hint != null && !hint.isString() && !hint.isDocument()) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          isModern
              ? "Hint must be a string or an object"
              : "hint must be specified as a string representing an index name, or an object"
                  + " representing an index's key pattern");
    }
  }

  private static void checkTypesOfOld(Invocation call) {
    Request request = call.request();
    for (String field : List.of("allowDiskUse", "fromMongos", "needsMerge")) {
      requireBoolean(field, request.get(field), call.version());
    }
    requireObject("collation", request.get("collation"));
    BsonValue writeConcern = request.get("writeConcern");
    if (writeConcern != null) {
      WriteConcern.of(writeConcern, call.version());
      if (isExplained(call)) {
        throw new CommandFailure(
            ErrorCode.FAILED_TO_PARSE,
            "Aggregation explain does not support the'writeConcern' option");
      }
    }
    if (request.body().containsKey("needsMerge") && !request.body().containsKey("fromMongos")) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE, "Cannot specify 'needsMerge' without 'fromMongos'");
    }
  }

  private static void requireObject(String field, @Nullable BsonValue value) {
    if (value != null && !value.isDocument()) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH, field + " must be an object, not a " + BsonTypes.name(value));
    }
  }

  /** Runs a pipeline and answers with its first batch. */
  static BsonDocument run(
      Invocation call, Namespace namespace, List<BsonDocument> stages, long batchSize) {
    State state = call.readState();
    Hints.check(
        state.collection(Views.resolve(state, namespace).namespace()),
        call.request().get("hint"),
        PlannedQuery.of(
            !stages.isEmpty() && stages.get(0).get("$match") instanceof BsonDocument filter
                ? filter
                : new BsonDocument()));
    Iterator<BsonDocument> found = Pipelines.run(call, namespace, stages);
    boolean isModern = call.version().atLeast(5, 0);
    ServerCursor.@Nullable Origin origin = origin(call, namespace, stages);
    ResultIterator results = new ResultIterator(found, isModern || origin == null, Long.MAX_VALUE);
    List<RawBsonDocument> batch;
    boolean hasMore;
    try {
      batch = CursorReplies.take(results, batchSize);
      // Up to 4.4 the end is known only by having asked for one result more.
      boolean foresees = isModern || writes(call) || batch.size() < batchSize;
      hasMore = !foresees || results.hasNext();
    } catch (CommandFailure e) {
      throw ExecutorErrors.ofAggregate(e, call, namespace);
    }
    long id =
        hasMore
            ? CursorReplies.open(
                    call,
                    namespace,
                    new ServerCursor.Content.Results(results, call.atClusterTime(), origin),
                    false)
                .id()
            : 0;
    return CursorReplies.of(CursorReplies.FIRST_BATCH, batch, id, namespace, call.atClusterTime());
  }

  /**
   * What the cursor goes on reading. A pipeline that a query does as well is one; any other has
   * read the documents when its first batch is out, but for collections of many megabytes.
   */
  private static ServerCursor.@Nullable Origin origin(
      Invocation call, Namespace namespace, List<BsonDocument> stages) {
    State state = call.readState();
    Views.Resolved resolved = Views.resolve(state, namespace);
    List<BsonDocument> all = new ArrayList<>(resolved.stages());
    all.addAll(stages);
    int last = 0;
    for (BsonDocument stage : all) {
      int step =
          switch (stage.getFirstKey()) {
            case "$match" -> 1;
            case "$sort" -> 2;
            case "$skip", "$limit" -> 3;
            default -> 0;
          };
      if (step < Math.max(last, 1)) {
        return null;
      }
      last = step;
    }
    return FindCommand.origin(call, state.collection(resolved.namespace()));
  }

  private static void checkFields(Invocation call) {
    Set<String> known = new HashSet<>(KNOWN);
    if (call.version().atLeast(5, 0)) {
      known.addAll(KNOWN_SINCE_50);
    }
    if (call.version().atLeast(6, 0)) {
      known.addAll(KNOWN_SINCE_60);
    }
    GenericFields.requireKnown(
        call.request(), call.version(), GenericFields.Style.FIELD_ONLY, known);
    BsonValue comment = call.request().get(GenericFields.COMMENT);
    if (comment != null && !comment.isString() && !call.version().atLeast(4, 4)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH, "comment must be a string, not a " + BsonTypes.name(comment));
    }
  }

  private static List<BsonDocument> stages(Invocation call) {
    BsonValue pipeline = call.request().get("pipeline");
    if (!(pipeline instanceof BsonArray array)) {
      throw noPipeline(call, pipeline);
    }
    List<BsonDocument> stages = new ArrayList<>();
    for (BsonValue stage : array) {
      if (!(stage instanceof BsonDocument document)) {
        throw new CommandFailure(
            ErrorCode.TYPE_MISMATCH, "Each element of the 'pipeline' array must be an object");
      }
      stages.add(document);
    }
    return stages;
  }

  private static CommandFailure noPipeline(Invocation call, @Nullable BsonValue found) {
    if (!call.version().atLeast(5, 0)) {
      return new CommandFailure(
          ErrorCode.TYPE_MISMATCH, "'pipeline' option must be specified as an array");
    }
    return found == null
        ? Idl.missingField("aggregate.pipeline")
        : Idl.wrongType("aggregate.pipeline", found, BsonType.ARRAY);
  }

  private static Namespace namespace(Invocation call) {
    String collection = collectionOrNull(call);
    return call.namespace(collection == null ? "$cmd.aggregate" : collection);
  }

  /** The collection that the command names; null for {@code aggregate: 1}. */
  private static @Nullable String collectionOrNull(Invocation call) {
    BsonValue subject = call.request().subject();
    if (subject instanceof BsonNumber number) {
      if (number.doubleValue() != 1) {
        throw new CommandFailure(
            ErrorCode.FAILED_TO_PARSE,
            "Invalid command format: the 'aggregate' field must specify a collection name or 1");
      }
      return null;
    }
    if (!(subject instanceof BsonString name)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH, "collection name has invalid type: " + BsonTypes.name(subject));
    }
    Namespace namespace = call.namespace(name.getValue());
    Names.requireValid(namespace);
    if (name.getValue().equals("$cmd.aggregate")) {
      throw new CommandFailure(
          ErrorCode.INVALID_NAMESPACE, "Invalid namespace specified '" + namespace + "'");
    }
    return name.getValue();
  }
}
