package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.clock.ClusterClock;
import dev.tailrace.fakeserver.cursor.ServerCursor;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.stage.Pipeline;
import dev.tailrace.fakeserver.query.stage.SplitLargeEvent;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.stream.ChangeStreamCursor;
import dev.tailrace.fakeserver.stream.StreamSpec;
import dev.tailrace.fakeserver.stream.StreamSpecParser;
import dev.tailrace.fakeserver.stream.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate that opens a change stream. The order of its checks is the server's, which has seen
 * the outline of the pipeline: read concern, view, the stages themselves from left to right, and
 * then whether a change stream admits them.
 */
final class ChangeStreamOpening {

  static final String CHANGE_STREAM = "$changeStream";
  private static final String SPLIT = SplitLargeEvent.NAME;

  private static final Set<String> ALLOWED =
      Set.of(
          CHANGE_STREAM,
          "$match",
          "$project",
          "$addFields",
          "$set",
          "$unset",
          "$replaceRoot",
          "$replaceWith",
          "$redact");

  private final Invocation call;
  private final @Nullable String collection;
  private final List<BsonDocument> stages;

  ChangeStreamOpening(Invocation call, @Nullable String collection, List<BsonDocument> stages) {
    this.call = call;
    this.collection = collection;
    this.stages = stages;
  }

  /** What is said of the stream instead of opening it. */
  Outcome explain() {
    Namespace namespace = prepare().spec().scope().cursorNamespace();
    return new Outcome.Reply(ExplainCommand.pipeline(namespace, stages));
  }

  Outcome open(long batchSize) {
    ChangeStreamCursor stream = prepare();
    Namespace namespace = stream.spec().scope().cursorNamespace();
    ChangeStreamCursor.Batch batch = firstBatch(stream, batchSize, namespace);
    long id =
        batch.exhausted()
            ? 0
            : CursorReplies.open(
                    call, namespace, new ServerCursor.Content.ChangeStream(stream), false)
                .id();
    return new Outcome.Reply(
        CursorReplies.of(CursorReplies.FIRST_BATCH, batch, id, call, namespace));
  }

  /**
   * Refuses a pipeline with {@code $changeStream} anywhere for what has nothing to do with the
   * pipeline, and has it read by majority.
   */
  static void requirePermitted(Invocation call, @Nullable String collection) {
    checkReadConcern(call);
    if (call.transaction() != null) {
      throw TransactionCommands.notSupported(
          "Operation not permitted in transaction :: caused by :: Aggregation stage $changeStream"
              + " cannot run within a multi-document transaction.");
    }
    call.setReadConcern(call.readConcern().asMajority());
    if (collection != null) {
      Views.requireWatchable(call.readState(), call.namespace(collection));
    }
  }

  /** Checks the pipeline, and sets the stream to its start. */
  private ChangeStreamCursor prepare() {
    boolean splits = stages.get(stages.size() - 1).containsKey(SPLIT);
    StreamSpec spec = spec(splits);
    Function<RawBsonDocument, Optional<BsonDocument>> pipeline = userPipeline(splits);
    checkFragment(spec);
    BsonTimestamp lastApplied = call.set().journal().timeAt(call.member().applied());
    return new ChangeStreamCursor(
        spec, call.set().journal().oplog(), pipeline, ClusterClock.next(lastApplied));
  }

  private ChangeStreamCursor.Batch firstBatch(
      ChangeStreamCursor stream, long batchSize, Namespace namespace) {
    if (batchSize == 0) {
      return ChangeStreamCursor.Batch.unread(stream.postBatchResumeToken());
    }
    long end = call.set().majorityAt(call.member());
    try {
      int maxEvents = (int) Math.min(batchSize, Integer.MAX_VALUE);
      State lookup = call.set().journal().stateAt(end);
      return call.node().streamMetrics().count(() -> stream.read(maxEvents, end, lookup));
    } catch (CommandFailure e) {
      throw ExecutorErrors.ofAggregate(e, call, namespace);
    }
  }

  private static void checkReadConcern(Invocation call) {
    ReadConcern.Level level = call.readConcern().level();
    if (level != null && level != ReadConcern.Level.MAJORITY) {
      throw ReadConcern.notSupported(
          call,
          level,
          "Aggregation stage $changeStream cannot run with a readConcern other than 'majority'."
              + " Current readConcern: "
              + level.spelling());
    }
  }

  private StreamSpec spec(boolean splits) {
    StreamSpecParser parser =
        new StreamSpecParser(
            call.version(), !call.world().standalone(), call.request().db(), collection);
    BsonValue argument = stages.get(0).get(CHANGE_STREAM);
    if (argument == null) {
      throw new IllegalStateException("the pipeline does not begin with $changeStream");
    }
    return parser.parse(argument, splits, tokenVersion(splits));
  }

  private int tokenVersion(boolean splits) {
    if (call.request().get("$_generateV2ResumeTokens") instanceof BsonBoolean wanted) {
      return wanted.getValue() ? 2 : 1;
    }
    return splits ? 2 : Tokens.defaultVersion(call.version());
  }

  private Function<RawBsonDocument, Optional<BsonDocument>> userPipeline(boolean splits) {
    List<BsonDocument> user = stages.subList(1, stages.size() - (splits ? 1 : 0));
    List<BsonDocument> events = withoutSplit();
    Pipelines.EventPipeline parsed = Pipelines.parseForEvents(call, events);
    PipelineChecks.requirePlace(
        call.namespace(collection == null ? "$cmd.aggregate" : collection), events);
    for (String stage : parsed.stageNames()) {
      if (!ALLOWED.contains(stage)) {
        throw new CommandFailure(
            ErrorCode.ILLEGAL_OPERATION, stage + " is not permitted in a $changeStream pipeline");
      }
    }
    if (parsed.stageNames().contains(CHANGE_STREAM)) {
      throw Pipeline.notFirst(CHANGE_STREAM, call.version());
    }
    if (events.size() < user.size()) {
      throw new CommandFailure(7_182_802, SPLIT + " must be the last stage in the pipeline");
    }
    return parsed.ready()::apply;
  }

  /** The user's stages but those that split; what stands before one of those is parsed first. */
  private List<BsonDocument> withoutSplit() {
    List<BsonDocument> others = new ArrayList<>();
    for (BsonDocument stage : stages.subList(1, stages.size())) {
      if (stage.containsKey(SPLIT)) {
        Pipelines.parseForEvents(call, others);
        SplitLargeEvent.requireEmpty(stage.get(SPLIT));
      } else {
        others.add(stage);
      }
    }
    return others;
  }

  private void checkFragment(StreamSpec spec) {
    if (spec.start() instanceof StreamSpec.Start.AfterToken after
        && after.decoded().fragmentNum() != null
        && !spec.splitLargeEvents()) {
      throw new CommandFailure(
          ErrorCode.CHANGE_STREAM_FATAL_ERROR,
          "To resume from a split event, the $changeStream pipeline must include a"
              + " $changeStreamSplitLargeEvent stage");
    }
  }
}
