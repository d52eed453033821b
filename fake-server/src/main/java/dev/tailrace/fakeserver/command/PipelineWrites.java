package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.command.CollectionWriter.Statement;
import dev.tailrace.fakeserver.command.CollectionWriter.UpdateOrder;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.stage.CollectionName;
import dev.tailrace.fakeserver.query.stage.CommandStage;
import dev.tailrace.fakeserver.query.stage.MergeSpec;
import dev.tailrace.fakeserver.query.stage.PipelineContext;
import dev.tailrace.fakeserver.query.stage.WriteStages;
import dev.tailrace.fakeserver.query.update.Update;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.NewDocument;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** Writes the results of a pipeline where {@code $out} or {@code $merge} at its end wants them. */
final class PipelineWrites {

  private static final Statement NOTHING_TO_REMEMBER = (after, result) -> after;

  /** What {@code whenMatched: "merge"} means. */
  private static final BsonArray MERGE_PIPELINE =
      BsonArray.parse("[{$replaceWith: {$mergeObjects: ['$$ROOT', '$$new']}}]");

  private final Invocation call;
  private final PipelineContext context;

  PipelineWrites(Invocation call, PipelineContext context) {
    this.call = call;
    this.context = context;
  }

  /** Writes the results; all of them are computed before the first is written. */
  void write(CommandStage stage, Iterator<BsonDocument> results) {
    requirePrimary();
    List<BsonDocument> documents = new ArrayList<>();
    if (stage.name().equals("$out")) {
      results.forEachRemaining(documents::add);
      out(namespace(WriteStages.outTarget(stage.spec())), documents);
    } else {
      MergeSpec spec = WriteStages.mergeSpec(stage.spec(), context);
      requireUniqueOn(spec);
      results.forEachRemaining(documents::add);
      merge(spec, documents);
    }
  }

  /** Only a unique index says which document is the same as another. */
  private void requireUniqueOn(MergeSpec spec) {
    if (spec.on().isEmpty() || spec.on().equals(List.of("_id"))) {
      return;
    }
    StoredCollection collection = call.target().state().collection(namespace(spec.into()));
    boolean isUnique =
        collection != null
            && collection.indexes().stream()
                .anyMatch(
                    index ->
                        index.key().keySet().equals(Set.copyOf(spec.on()))
                            && Flags.isTrue(index.spec(), "unique")
                            && !index.spec().containsKey("partialFilterExpression"));
    if (!isUnique) {
      throw new CommandFailure(
          51_183, "Cannot find index to verify that join fields will be unique");
    }
  }

  private void requirePrimary() {
    if (!call.world().standalone() && !call.member().isPrimary()) {
      throw new CommandFailure(
          ErrorCode.NOT_WRITABLE_PRIMARY,
          call.version().atLeast(5, 0) ? "not primary" : "not master");
    }
  }

  private Namespace namespace(CollectionName name) {
    return new Namespace(
        name.database().isEmpty() ? call.request().db() : name.database(), name.collection());
  }

  /** Fills a collection beside the target, and puts it in the target's place. */
  private void out(Namespace to, List<BsonDocument> documents) {
    Views.requireNoView(call.target().state(), to);
    Names.requireWritable(call, to);
    StoredCollection replaced = call.target().state().collection(to);
    String staging = "tmp.agg_out." + call.world().ids().uuid().asUuid();
    Namespace temporary = new Namespace(to.db(), staging);
    BsonDocument options = replaced == null ? new BsonDocument() : replaced.options().clone();
    CreateCommand.createCollection(call, call.target(), temporary, options);
    CollectionWriter writer =
        new CollectionWriter(call, call.target(), temporary, NOTHING_TO_REMEMBER);
    for (BsonDocument document : documents) {
      writer.insert(Documents.toInsert(call, RawDocuments.of(document)));
    }
    StoredCollection filled = call.target().state().collection(temporary);
    if (filled != null) {
      RenameCommand.rename(call.target(), filled, to);
    }
  }

  private void merge(MergeSpec spec, List<BsonDocument> documents) {
    Namespace into = namespace(spec.into());
    Views.requireNoView(call.target().state(), into);
    Names.requireWritable(call, into);
    List<NewDocument> fit = new ArrayList<>();
    documents.forEach(document -> fit.add(withId(document)));
    if (call.transaction() == null && call.world().transactions().isAnyInProgress()) {
      rehearse(spec, into, fit);
    }
    merge(spec, into, fit, call.target());
  }

  /**
   * Comes upon a document of a transaction before anything is written: a command that has waited
   * begins anew.
   *
   * @throws CommandFailure 112
   */
  private void rehearse(MergeSpec spec, Namespace into, List<NewDocument> documents) {
    try {
      merge(spec, into, documents, new Rehearsal(call.target()));
    } catch (CommandFailure e) {
      if (e.code() == ErrorCode.WRITE_CONFLICT.code()) {
        throw e;
      } // Else what comes before is written, and then it fails.
    }
  }

  private void merge(
      MergeSpec spec, Namespace into, List<NewDocument> documents, WriteTarget target) {
    CollectionWriter writer = new CollectionWriter(call, target, into, NOTHING_TO_REMEMBER);
    for (NewDocument document : documents) {
      merge(spec, into, writer, target, document);
    }
  }

  /** Writes that are forgotten. */
  private static final class Rehearsal implements WriteTarget {

    private final WriteTarget real;
    private State state;

    Rehearsal(WriteTarget real) {
      this.real = real;
      state = real.state();
    }

    @Override
    public State state() {
      return state;
    }

    @Override
    public void write(List<Change> changes, State after) {
      state = after;
    }

    @Override
    public void touch(StoredCollection collection, BsonValue id) {
      real.touch(collection, id);
    }

    @Override
    public void remember(State after) {
      state = after;
    }
  }

  private NewDocument withId(BsonDocument document) {
    return Documents.toInsert(call, RawDocuments.of(document));
  }

  private void merge(
      MergeSpec spec,
      Namespace into,
      CollectionWriter writer,
      WriteTarget target,
      NewDocument document) {
    Matcher query = Matcher.parse(key(spec, document.document()), context.query());
    boolean isThere =
        Scan.records(target.state().collection(into), query, new BsonDocument(), context.query())
            .findFirst()
            .isPresent();
    if (isThere && spec.whenMatched() == MergeSpec.WhenMatched.FAIL) {
      try {
        writer.insert(document);
      } catch (CommandFailure e) {
        throw e.code() == ErrorCode.DUPLICATE_KEY.code()
            ? e.causedIn("$merge failed due to a DuplicateKey error")
            : e;
      }
      return;
    }
    if (isThere) {
      mergeInto(spec, writer, query, document.document());
      return;
    }
    switch (spec.whenNotMatched()) {
      case INSERT -> writer.insert(document);
      case DISCARD -> {}
      case FAIL ->
          throw new CommandFailure(
              13_113,
              "$merge could not find a matching document in the target collection for at least one document in the source collection");
    }
  }

  private void mergeInto(
      MergeSpec spec, CollectionWriter writer, Matcher query, RawBsonDocument document) {
    switch (spec.whenMatched()) {
      case KEEP_EXISTING, FAIL -> {}
      case REPLACE -> update(writer, query, document, context.query());
      case MERGE -> update(writer, query, MERGE_PIPELINE, withNew(document));
      case PIPELINE -> update(writer, query, spec.pipeline().orElseThrow(), withNew(document));
    }
  }

  private QueryContext withNew(BsonDocument document) {
    ImmutableMap<String, Optional<BsonValue>> variables =
        ImmutableMap.<String, Optional<BsonValue>>builder()
            .putAll(context.query().variables())
            .put("new", Optional.of(document))
            .buildKeepingLast();
    return context.query().withVariables(variables);
  }

  private static void update(
      CollectionWriter writer, Matcher query, BsonValue update, QueryContext knowing) {
    UpdateOrder order =
        new UpdateOrder(
            query,
            Update.parse(update, new BsonArray(), knowing),
            new BsonDocument(),
            false,
            false);
    writer.update(order, knowing, null, false);
  }

  private static BsonDocument key(MergeSpec spec, BsonDocument document) {
    BsonDocument key = new BsonDocument();
    List<String> fields = spec.on().isEmpty() ? List.of("_id") : spec.on();
    for (String field : fields) {
      BsonValue value = document.get(field);
      if (value == null || value.isNull() || value.isArray()) {
        throw new CommandFailure(
            51_132,
            "$merge write error: 'on' field cannot be missing, null, undefined or an array");
      }
      key.append(field, new BsonDocument("$eq", value));
    }
    return key;
  }
}
