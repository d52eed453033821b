package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.stage.CommandStage;
import dev.tailrace.fakeserver.query.stage.DocumentStage;
import dev.tailrace.fakeserver.query.stage.Pipeline;
import dev.tailrace.fakeserver.query.stage.PipelineContext;
import dev.tailrace.fakeserver.query.stage.Stage;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.ShallowDocument;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Pipelines, with the collections of this server behind them. */
final class Pipelines {

  private Pipelines() {}

  /** Parses a pipeline on a namespace, as a view is defined by one. */
  static void parse(Invocation call, Namespace namespace, List<BsonDocument> stages) {
    StoredCollection collection = call.target().state().collection(namespace);
    Pipeline.parse(stages, context(call, new QueryArguments(call).context(collection), 0));
  }

  /** The user's part of a change stream's pipeline: every event goes through it on its own. */
  static final class EventPipeline {

    private final Pipeline pipeline;
    private final List<DocumentStage> stages = new ArrayList<>();

    private EventPipeline(Pipeline pipeline) {
      this.pipeline = pipeline;
    }

    /** The names of the stages, as the server takes them apart. */
    List<String> stageNames() {
      return pipeline.stages().stream().map(Stage::name).toList();
    }

    /** Makes it ready for events; every stage has to be one without memory. */
    EventPipeline ready() {
      for (Stage stage : pipeline.optimized().stages()) {
        stages.add((DocumentStage) stage);
      }
      return this;
    }

    /** What becomes of an event: itself if nothing is changed, empty if it is filtered out. */
    @SuppressWarnings("ReferenceEquality") // What no stage has touched is the event itself.
    Optional<BsonDocument> apply(RawBsonDocument event) {
      if (stages.isEmpty()) {
        return Optional.of(event);
      }
      BsonDocument fields = ShallowDocument.open(event); // Once for all stages.
      @Nullable BsonDocument result = fields;
      for (DocumentStage stage : stages) {
        result = stage.apply(result);
        if (result == null) {
          return Optional.empty();
        }
      }
      return Optional.of(result == fields ? event : result);
    }
  }

  /**
   * Parses the user's part of a change stream's pipeline. Without a collation it compares bytes.
   */
  static EventPipeline parseForEvents(Invocation call, List<BsonDocument> stages) {
    PipelineChecks.requireNoText(stages);
    QueryContext query = new QueryArguments(call).context(null);
    return new EventPipeline(Pipeline.parse(stages, context(call, query, 0)));
  }

  /** Runs a pipeline on a collection or view, and does what its last stage wants written. */
  static Iterator<BsonDocument> run(
      Invocation call, Namespace namespace, List<BsonDocument> stages) {
    return run(call, namespace, stages, 0);
  }

  /**
   * Runs a pipeline.
   *
   * @param depth how many views are being read, from one of which the pipeline comes
   */
  private static Iterator<BsonDocument> run(
      Invocation call, Namespace namespace, List<BsonDocument> stages, int depth) {
    State state = call.readState();
    Views.Resolved resolved = Views.resolve(state, namespace);
    List<BsonDocument> all = new ArrayList<>(resolved.stages());
    all.addAll(stages);
    StoredCollection collection = state.collection(resolved.namespace());
    int below = depth + resolved.depth();
    Views.requireNotTooDeep(below);
    PipelineContext context = context(call, new QueryArguments(call).context(collection), below);
    PipelineChecks.requireNoText(all.subList(Math.min(1, all.size()), all.size()));
    Pipeline pipeline = Pipeline.parse(all, context).requirePositions();
    checkTransaction(call, pipeline);
    Pipeline optimized = pipeline.optimized();
    List<Stage> parts = optimized.stages();
    int last = parts.size() - 1;
    if (last >= 0
        && parts.get(last) instanceof CommandStage write
        && (write.name().equals("$out") || write.name().equals("$merge"))) {
      Iterator<BsonDocument> results = run(call, resolved.namespace(), optimized.upTo(last));
      new PipelineWrites(call, context).write(write, results);
      return Collections.emptyIterator();
    }
    return run(call, resolved.namespace(), optimized);
  }

  private static Iterator<BsonDocument> run(
      Invocation call, Namespace namespace, Pipeline pipeline) {
    List<Stage> parts = pipeline.stages();
    if (!parts.isEmpty() && parts.get(0) instanceof CommandStage source) {
      return pipeline.from(1).run(SourceStages.documents(call, namespace, source));
    }
    StoredCollection collection = call.readState().collection(namespace);
    Iterator<BsonDocument> documents =
        collection == null
            ? Collections.emptyIterator()
            : collection.documents().<BsonDocument>map(document -> document).iterator();
    return pipeline.run(documents);
  }

  private static void checkTransaction(Invocation call, Pipeline pipeline) {
    if (call.transaction() == null) {
      return;
    }
    for (Stage stage : pipeline.stages()) {
      if (stage.name().equals("$out") || stage.name().equals("$merge")) {
        throw TransactionCommands.notSupported(stage.name() + " cannot be used in a transaction");
      }
    }
  }

  private static PipelineContext context(Invocation call, QueryContext query, int depth) {
    return new PipelineContext(
        query,
        (database, collection) -> {
          String db = database.isEmpty() ? call.request().db() : database;
          List<BsonDocument> documents = new ArrayList<>();
          run(call, new Namespace(db, collection), List.of(), depth)
              .forEachRemaining(documents::add);
          return documents;
        });
  }
}
