package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.command.CollectionWriter.StatementResult;
import dev.tailrace.fakeserver.command.CollectionWriter.UpdateOrder;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.update.Update;
import dev.tailrace.fakeserver.query.value.Collation;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.NewDocument;
import dev.tailrace.fakeserver.storage.ShallowDocument;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.storage.StoredView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** {@code insert}, {@code update} and {@code delete}. */
final class WriteCommands {

  private static final String STATEMENT_IDS = "stmtIds";

  private static final Set<String> INSERT_FIELDS =
      Set.of("documents", "ordered", "bypassDocumentValidation", STATEMENT_IDS);

  private static final Set<String> UPDATE_FIELDS =
      Set.of("updates", "ordered", "bypassDocumentValidation", "let", STATEMENT_IDS);

  private static final Set<String> DELETE_FIELDS =
      Set.of("deletes", "ordered", "bypassDocumentValidation", "let", STATEMENT_IDS);

  private static final ImmutableMap<String, ServerVersion> UPDATE_STATEMENT =
      fields("q", "u", "c", "multi", "upsert", "collation", "arrayFilters", "hint")
          .put("upsertSupplied", ServerVersion.V4_4)
          .put("sampleId", ServerVersion.V7_0)
          .put("sort", ServerVersion.V8_0)
          .put("allowShardKeyUpdatesWithoutFullShardKeyInQuery", ServerVersion.V8_0)
          .buildOrThrow();

  private static final ImmutableMap<String, ServerVersion> DELETE_STATEMENT =
      fields("q", "limit", "collation")
          .put("hint", ServerVersion.V4_4)
          .put("sampleId", ServerVersion.V7_0)
          .buildOrThrow();

  private WriteCommands() {}

  /** Fields that every release takes. */
  private static ImmutableMap.Builder<String, ServerVersion> fields(String... names) {
    ImmutableMap.Builder<String, ServerVersion> fields = ImmutableMap.builder();
    for (String name : names) {
      fields.put(name, ServerVersion.V4_2);
    }
    return fields;
  }

  static Outcome insert(Invocation call) {
    Namespace namespace = Names.collection(call);
    List<RawBsonDocument> documents = statements(call, "documents", INSERT_FIELDS);
    requireSize(call, documents.size());
    Names.requireWritable(call, namespace);
    RetryableWrites retries = new RetryableWrites(call);
    StoredView view = call.target().state().view(namespace);
    if (view != null && view.isTimeSeries()) {
      return TimeSeriesInsert.run(call, namespace, documents, retries);
    }
    WriteBatch batch = new WriteBatch(call);
    if (documents.size() > 1) {
      retries.doTogether(documents.size());
    }
    if (insertTogether(call, namespace, documents, retries, batch)) {
      return new Outcome.Reply(batch.reply());
    }
    return ConflictWait.orWait(
        call,
        () -> {
          batch.run(
              documents.size(), i -> insertOne(call, namespace, documents.get(i), retries, i));
          return new Outcome.Reply(batch.reply());
        });
  }

  /** From 8.0 on, inserts of one command share an oplog entry if none of them fails. */
  private static boolean insertTogether(
      Invocation call,
      Namespace namespace,
      List<RawBsonDocument> documents,
      RetryableWrites retries,
      WriteBatch batch) {
    boolean isBatched =
        call.version().atLeast(8, 0) && documents.size() > 1 && call.transaction() == null;
    if (!isBatched) {
      return false;
    }
    var existing = call.target().state().collection(namespace);
    if (existing != null && existing.isCapped()) {
      return false;
    }
    if (retries.isAnyDone(documents.size())) {
      return false;
    }
    List<NewDocument> fit = new ArrayList<>(documents.size());
    try {
      for (RawBsonDocument document : documents) {
        fit.add(Documents.toInsert(call, document));
      }
      new CollectionWriter(call, call.target(), namespace, retries.statements(documents.size()))
          .insertTogether(fit);
    } catch (CommandFailure oneByOneThen) {
      return false;
    }
    for (int i = 0; i < fit.size(); i++) {
      batch.add(i, CollectionWriter.INSERTED);
    }
    return true;
  }

  /** One document of an insert. */
  static StatementResult insertOne(
      Invocation call,
      Namespace namespace,
      RawBsonDocument document,
      RetryableWrites retries,
      int index) {
    StatementResult done = retries.done(index);
    return done != null
        ? done
        : new CollectionWriter(call, call.target(), namespace, retries.statement(index))
            .insert(Documents.toInsert(call, document));
  }

  static Outcome update(Invocation call) {
    Namespace namespace = Names.collection(call);
    List<RawBsonDocument> updates = statements(call, "updates", UPDATE_FIELDS);
    updates.forEach(update -> checkUpdate(update, call.version()));
    requireSize(call, updates.size());
    Names.requireWritable(call, namespace);
    return runAll(
        call,
        updates,
        (update, retries, i) -> updateOne(call, namespace, update, retries, i),
        WriteBatch::updateReply);
  }

  private static void checkUpdate(RawBsonDocument update, ServerVersion version) {
    String path = "update.updates";
    requireKnown(path, update, UPDATE_STATEMENT, version);
    requireField(path, update, "q", BsonType.DOCUMENT);
    requireOptions(path, update);
    Idl.requireType(path + ".multi", Idl.given(update, "multi"), BsonType.BOOLEAN);
    Idl.requireType(path + ".upsert", Idl.given(update, "upsert"), BsonType.BOOLEAN);
    Idl.requireType(path + ".arrayFilters", Idl.given(update, "arrayFilters"), BsonType.ARRAY);
    Idl.requireType(path + ".c", Idl.given(update, "c"), BsonType.DOCUMENT);
    BsonValue written = update.get("u");
    if (written == null) {
      throw Idl.missingField(path + ".u");
    }
    Update.requireShape(written);
  }

  /** Checks what the statements of updates and of deletes have in common. */
  private static void requireOptions(String path, RawBsonDocument statement) {
    Idl.requireType(path + ".collation", Idl.given(statement, "collation"), BsonType.DOCUMENT);
    BsonValue hint = statement.get("hint");
    if (hint != null && !hint.isString() && !hint.isDocument()) {
      throw new CommandFailure(ErrorCode.FAILED_TO_PARSE, "Hint must be a string or an object");
    }
  }

  /** One statement of a command, of which it is the {@code index}-th. */
  private interface OneStatement {
    StatementResult run(RawBsonDocument statement, RetryableWrites retries, int index);
  }

  private static Outcome runAll(
      Invocation call,
      List<RawBsonDocument> statements,
      OneStatement one,
      Function<WriteBatch, BsonDocument> reply) {
    RetryableWrites retries = new RetryableWrites(call);
    WriteBatch batch = new WriteBatch(call);
    return ConflictWait.orWait(
        call,
        () -> {
          batch.run(statements.size(), i -> one.run(statements.get(i), retries, i));
          return new Outcome.Reply(reply.apply(batch));
        });
  }

  /** One statement of an update, {@code {q, u, multi, upsert, ...}}. */
  static StatementResult updateOne(
      Invocation call,
      Namespace namespace,
      RawBsonDocument given,
      RetryableWrites retries,
      int index) {
    BsonDocument statement = ShallowDocument.open(given);
    boolean multi = Flags.isTrue(statement, "multi");
    if (multi && retries.isOne()) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS, "Cannot use (or request) retryable writes with multi=true");
    }
    StatementResult done = retries.done(index);
    if (done != null) {
      return done;
    }
    QueryContext context = context(call, namespace, statement);
    BsonArray arrayFilters =
        statement.get("arrayFilters") instanceof BsonArray filters ? filters : new BsonArray();
    BsonValue written = statement.get("u");
    Update update =
        Update.parse(
            written == null ? new BsonDocument() : written,
            arrayFilters,
            withConstants(context, statement));
    if (multi && update.kind() == Update.Kind.REPLACEMENT) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE, "multi update is not supported for replacement-style update");
    }
    boolean upsert = Flags.isTrue(statement, "upsert");
    Matcher query = Matcher.parseUpdate(statement.getDocument("q"), upsert, context);
    BsonDocument sort =
        statement.get("sort") instanceof BsonDocument order ? order : new BsonDocument();
    return new CollectionWriter(call, call.target(), namespace, retries.statement(index))
        .update(new UpdateOrder(query, update, sort, multi, upsert), context, null, false);
  }

  /** The context in which a pipeline update may name the constants of its statement. */
  private static QueryContext withConstants(QueryContext context, BsonDocument statement) {
    if (!(statement.get("c") instanceof BsonDocument constants)) {
      return context;
    }
    if (!(statement.get("u") instanceof BsonArray)) {
      throw new CommandFailure(
          51_198, "Constant values may only be specified for pipeline updates");
    }
    Map<String, Optional<BsonValue>> variables = new LinkedHashMap<>(context.variables());
    constants.forEach((name, value) -> variables.put(name, Optional.of(value)));
    return context.withVariables(ImmutableMap.copyOf(variables));
  }

  static Outcome delete(Invocation call) {
    Namespace namespace = Names.collection(call);
    List<RawBsonDocument> deletes = statements(call, "deletes", DELETE_FIELDS);
    for (RawBsonDocument delete : deletes) {
      requireKnown("delete.deletes", delete, DELETE_STATEMENT, call.version());
      requireField("delete.deletes", delete, "q", BsonType.DOCUMENT);
      checkLimit(delete.get("limit"));
      requireOptions("delete.deletes", delete);
    }
    requireSize(call, deletes.size());
    Names.requireWritable(call, namespace);
    return runAll(
        call,
        deletes,
        (delete, retries, i) -> deleteOne(call, namespace, delete, retries, i),
        WriteBatch::reply);
  }

  /** One statement of a delete, {@code {q, limit, ...}}. */
  static StatementResult deleteOne(
      Invocation call,
      Namespace namespace,
      RawBsonDocument given,
      RetryableWrites retries,
      int index) {
    BsonDocument statement = ShallowDocument.open(given);
    boolean onlyOne = statement.getNumber("limit").longValue() == 1;
    if (!onlyOne && retries.isOne()) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS, "Cannot use (or request) retryable writes with limit=0");
    }
    StatementResult done = retries.done(index);
    if (done != null) {
      return done;
    }
    QueryContext context = context(call, namespace, statement);
    Matcher query = Matcher.parse(statement.getDocument("q"), context);
    return new CollectionWriter(call, call.target(), namespace, retries.statement(index))
        .delete(query, new BsonDocument(), onlyOne, context, null);
  }

  private static void checkLimit(@Nullable BsonValue limit) {
    if (limit == null) {
      throw Idl.missingField("delete.deletes.limit");
    }
    if (!(limit instanceof BsonNumber number)) {
      throw Idl.wrongType(
          "delete.deletes.limit",
          limit,
          BsonType.INT32,
          BsonType.INT64,
          BsonType.DOUBLE,
          BsonType.DECIMAL128);
    }
    double wanted = number.doubleValue();
    if (wanted != 0 && wanted != 1) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          "The limit field in delete objects must be 0 or 1. Got "
              + (wanted == Math.rint(wanted) ? Long.toString((long) wanted) : wanted));
    }
  }

  private static List<RawBsonDocument> statements(
      Invocation call, String field, Set<String> known) {
    Request request = call.request();
    GenericFields.requireKnown(request, call.version(), GenericFields.Style.IDL, known);
    if (!call.version().atLeast(5, 0) && request.get("let") != null) {
      throw Idl.unknownField(request.name() + ".let");
    }
    requireFlags(request);
    requireStatementIds(request);
    List<RawBsonDocument> statements = request.documents(field);
    if (statements == null) {
      throw Idl.missingField(request.name() + "." + field);
    }
    return statements;
  }

  /**
   * Refuses a batch that is empty or too long, or whose statements are numbered in two ways or in
   * part.
   */
  static void requireSize(Invocation call, int statements) {
    WriteBatch.requireSize(statements);
    Request request = call.request();
    if (!(request.get(STATEMENT_IDS) instanceof BsonArray ids)) {
      return;
    }
    if (ids.size() != statements) {
      throw new CommandFailure(
          ErrorCode.INVALID_LENGTH,
          "Number of statement ids must match the number of batch entries"
              + (call.version().atLeast(5, 0)
                  ? ". Got %d statement ids but %d operations".formatted(ids.size(), statements)
                  : ""));
    }
    if (Idl.given(request.body(), "stmtId") != null) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS, "May not specify both stmtId and stmtIds in write command");
    }
  }

  /** Checks the numbers of statements, in either way of giving them. */
  static void requireStatementIds(Request request) {
    Idl.requireType(
        request.name() + ".stmtId", Idl.given(request.body(), "stmtId"), BsonType.INT32);
    String path = request.name() + "." + STATEMENT_IDS;
    Idl.requireType(path, Idl.given(request.body(), STATEMENT_IDS), BsonType.ARRAY);
    if (request.get(STATEMENT_IDS) instanceof BsonArray ids) {
      for (int i = 0; i < ids.size(); i++) {
        Idl.requireType(path + "." + i, ids.get(i), BsonType.INT32);
      }
    }
  }

  /** Checks the flags that write commands have in common. */
  static void requireFlags(Request request) {
    Idl.requireType(
        request.name() + ".ordered", Idl.given(request.body(), "ordered"), BsonType.BOOLEAN);
    Idl.requireFlag(
        request.name() + ".bypassDocumentValidation",
        Idl.given(request.body(), "bypassDocumentValidation"));
  }

  private static void requireKnown(
      String path,
      RawBsonDocument statement,
      Map<String, ServerVersion> fields,
      ServerVersion version) {
    for (String field : statement.keySet()) {
      ServerVersion since = fields.get(field);
      if (since == null || !version.atLeast(since.major(), since.minor())) {
        throw Idl.unknownField(path + "." + field);
      }
    }
  }

  private static void requireField(
      String path, RawBsonDocument statement, String field, BsonType type) {
    BsonValue value = statement.get(field);
    if (value == null) {
      throw Idl.missingField(path + "." + field);
    }
    if (value.getBsonType() != type) {
      throw Idl.wrongType(path + "." + field, value, type);
    }
  }

  /**
   * What the queries of a statement may know: its own collation, or that of the collection.
   *
   * @throws CommandFailure 2 if its hint names no index
   */
  private static QueryContext context(
      Invocation call, Namespace namespace, BsonDocument statement) {
    StoredCollection collection = call.target().state().collection(namespace);
    BsonDocument given =
        statement.get("collation") instanceof BsonDocument document ? document : new BsonDocument();
    Hints.check(
        collection, statement.get("hint"), PlannedQuery.of(statement.getDocument("q")).in(given));
    QueryContext context = new QueryArguments(call).context(collection);
    return statement.get("collation") instanceof BsonDocument collation
        ? context.withCollation(Collation.parse(collation))
        : context;
  }
}
