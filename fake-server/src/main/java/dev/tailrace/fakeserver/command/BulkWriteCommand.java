package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.command.CollectionWriter.StatementResult;
import dev.tailrace.fakeserver.cursor.ResultIterator;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.ShallowDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** {@code bulkWrite} (8.0 and later): inserts, updates and deletes on several collections. */
final class BulkWriteCommand implements Command {

  private static final Set<String> KNOWN =
      Set.of(
          "ops",
          "nsInfo",
          "ordered",
          "errorsOnly",
          "bypassDocumentValidation",
          "let",
          "cursor",
          "stmtIds");

  private static final ImmutableMap<String, ImmutableSet<String>> OP_FIELDS =
      ImmutableMap.of(
          "insert",
          ImmutableSet.of("insert", "document"),
          "update",
          ImmutableSet.of(
              "update",
              "filter",
              "updateMods",
              "multi",
              "upsert",
              "upsertSupplied",
              "arrayFilters",
              "collation",
              "constants",
              "hint",
              "sort",
              "sampleId",
              "allowShardKeyUpdatesWithoutFullShardKeyInQuery"),
          "delete",
          ImmutableSet.of("delete", "filter", "multi", "collation", "hint", "sampleId"));

  private static final Namespace CURSOR_NAMESPACE = new Namespace("admin", "$cmd.bulkWrite");

  @Override
  public Outcome run(Invocation call) {
    GenericFields.requireKnown(call.request(), call.version(), GenericFields.Style.IDL, KNOWN);
    WriteCommands.requireFlags(call.request());
    WriteCommands.requireStatementIds(call.request());
    List<RawBsonDocument> ops = required(call, "ops");
    ops.forEach(BulkWriteCommand::requireWellFormed);
    WriteCommands.requireSize(call, ops.size());
    Bulk bulk = new Bulk(call, ops, namespaces(call));
    return ConflictWait.orWait(call, bulk::run);
  }

  private static void requireWellFormed(RawBsonDocument op) {
    String kind = op.isEmpty() ? "" : op.getFirstKey();
    Set<String> fields = OP_FIELDS.get(kind);
    if (fields == null) {
      throw Idl.unknownField("bulkWrite.ops." + kind);
    }
    Idl.requireKnown("bulkWrite.ops", op, fields);
    BsonDocument opened = ShallowDocument.open(op);
    String subject = kind.equals("insert") ? "document" : "filter";
    if (!opened.containsKey(subject)) {
      throw Idl.missingField("bulkWrite.ops." + subject);
    }
    Idl.requireType("bulkWrite.ops." + subject, opened.get(subject), BsonType.DOCUMENT);
    Idl.requireFlag("bulkWrite.ops.multi", opened.get("multi"));
    Idl.requireFlag("bulkWrite.ops.upsert", opened.get("upsert"));
    Idl.requireType("bulkWrite.ops.arrayFilters", opened.get("arrayFilters"), BsonType.ARRAY);
    Idl.requireType("bulkWrite.ops.collation", opened.get("collation"), BsonType.DOCUMENT);
  }

  private static List<RawBsonDocument> required(Invocation call, String field) {
    List<RawBsonDocument> documents = call.request().documents(field);
    if (documents == null) {
      throw Idl.missingField("bulkWrite." + field);
    }
    return documents;
  }

  private static List<Namespace> namespaces(Invocation call) {
    List<Namespace> namespaces = new ArrayList<>();
    for (RawBsonDocument info : required(call, "nsInfo")) {
      BsonValue name = info.get("ns");
      if (!(name instanceof BsonString text)) {
        throw name == null
            ? Idl.missingField("bulkWrite.nsInfo.ns")
            : Idl.wrongType("bulkWrite.nsInfo.ns", name, BsonType.STRING);
      }
      namespaces.add(
          Namespace.parse(text.getValue())
              .orElseThrow(
                  () ->
                      new CommandFailure(
                          ErrorCode.INVALID_NAMESPACE,
                          "Invalid namespace specified for bulkWrite: '" + text.getValue() + "'")));
    }
    return namespaces;
  }

  /** One bulk write under way. */
  private static final class Bulk {

    private final Invocation call;
    private final List<RawBsonDocument> ops;
    private final List<Namespace> namespaces;
    private final RetryableWrites retries;
    private final boolean ordered;
    private final boolean errorsOnly;
    private final List<BsonDocument> results = new ArrayList<>();
    private int next;
    private int errors;
    private long inserted;
    private long matched;
    private long modified;
    private long upserted;
    private long deleted;

    Bulk(Invocation call, List<RawBsonDocument> ops, List<Namespace> namespaces) {
      this.call = call;
      this.ops = ops;
      this.namespaces = namespaces;
      retries = new RetryableWrites(call);
      ordered = !Flags.isFalse(call.request().body(), "ordered");
      errorsOnly = Flags.isTrue(call.request().body(), "errorsOnly");
    }

    Outcome run() {
      while (next < ops.size()) {
        try {
          perform(next, ShallowDocument.open(ops.get(next)));
        } catch (CommandFailure e) {
          if (e.code() == ErrorCode.WRITE_CONFLICT.code()) {
            throw e; // Whoever calls again goes on with the same statement.
          }
          results.add(failure(next, e));
          errors++;
          boolean endsTransaction = TransactionCommands.abortFor(call);
          if (ordered || endsTransaction) {
            break;
          }
        }
        next++;
      }
      return new Outcome.Reply(reply());
    }

    private void perform(int index, BsonDocument op) {
      String kind = op.getFirstKey();
      Namespace namespace = namespace(op.get(kind), kind);
      Names.requireWritable(call, namespace);
      switch (kind) {
        case "insert" -> {
          if (!(op.get("document") instanceof BsonDocument document)) {
            throw Idl.missingField("bulkWrite.ops.document");
          }
          StatementResult result =
              WriteCommands.insertOne(call, namespace, RawDocuments.of(document), retries, index);
          inserted += result.matched();
          succeeded(index, result.matched(), null, null);
        }
        case "update" -> {
          StatementResult result =
              WriteCommands.updateOne(call, namespace, updateStatement(op), retries, index);
          matched += result.upsertedId() == null ? result.matched() : 0;
          modified += result.modified();
          upserted += result.upsertedId() == null ? 0 : 1;
          succeeded(index, result.matched(), result.modified(), result.upsertedId());
        }
        case "delete" -> {
          StatementResult result =
              WriteCommands.deleteOne(call, namespace, deleteStatement(op), retries, index);
          deleted += result.matched();
          succeeded(index, result.matched(), null, null);
        }
        default -> throw new IllegalStateException("an op of no kind was let through: " + kind);
      }
    }

    private Namespace namespace(@Nullable BsonValue index, String kind) {
      if (!(index instanceof BsonNumber number)) {
        throw new CommandFailure(
            ErrorCode.TYPE_MISMATCH, "BulkWrite ops entry " + kind + " must name a namespace");
      }
      int position = number.intValue();
      if (position < 0 || position >= namespaces.size()) {
        throw new CommandFailure(
            ErrorCode.BAD_VALUE,
            "BulkWrite ops entry %s has an invalid nsInfo index."
                .formatted(ops.get(next).toJson()));
      }
      return namespaces.get(position);
    }

    private static RawBsonDocument updateStatement(BsonDocument op) {
      BsonDocument statement = new BsonDocument();
      copy(op, "filter", statement, "q");
      copy(op, "updateMods", statement, "u");
      copy(op, "constants", statement, "c");
      for (String option :
          List.of("multi", "upsert", "arrayFilters", "collation", "hint", "sort")) {
        copy(op, option, statement, option);
      }
      return RawDocuments.of(statement);
    }

    private static RawBsonDocument deleteStatement(BsonDocument op) {
      BsonDocument statement = new BsonDocument();
      copy(op, "filter", statement, "q");
      boolean multi = Flags.isTrue(op, "multi");
      statement.append("limit", new BsonInt32(multi ? 0 : 1));
      copy(op, "collation", statement, "collation");
      copy(op, "hint", statement, "hint");
      return RawDocuments.of(statement);
    }

    private static void copy(BsonDocument from, String field, BsonDocument to, String as) {
      BsonValue value = from.get(field);
      if (value != null) {
        to.append(as, value);
      }
    }

    private void succeeded(
        int index, long n, @Nullable Long nModified, @Nullable BsonValue upsertedId) {
      if (errorsOnly) {
        return;
      }
      BsonDocument result =
          new BsonDocument("ok", new BsonDouble(1))
              .append("idx", new BsonInt32(index))
              .append("n", new BsonInt32((int) n));
      if (nModified != null) {
        result.append("nModified", new BsonInt32(nModified.intValue()));
      }
      if (upsertedId != null) {
        result.append("upserted", new BsonDocument("_id", upsertedId));
      }
      results.add(result);
    }

    private BsonDocument failure(int index, CommandFailure failure) {
      BsonDocument result =
          new BsonDocument("ok", new BsonDouble(0))
              .append("idx", new BsonInt32(index))
              .append("code", new BsonInt32(failure.code()))
              .append("errmsg", new BsonString(failure.message()));
      failure.extraInfo().forEach(result::append);
      return result.append("n", new BsonInt32(0));
    }

    private BsonDocument reply() {
      ResultIterator all = new ResultIterator(results.iterator());
      long batchSize =
          call.request().get("cursor") instanceof BsonDocument cursor
                  && cursor.get("batchSize") instanceof BsonNumber size
              ? size.longValue()
              : Long.MAX_VALUE;
      List<RawBsonDocument> batch = CursorReplies.take(all, batchSize);
      long id = all.hasNext() ? CursorReplies.open(call, CURSOR_NAMESPACE, all) : 0;
      return CursorReplies.of(CursorReplies.FIRST_BATCH, batch, id, CURSOR_NAMESPACE)
          .append("nErrors", new BsonInt32(errors))
          .append("nInserted", new BsonInt32((int) inserted))
          .append("nMatched", new BsonInt32((int) matched))
          .append("nModified", new BsonInt32((int) modified))
          .append("nUpserted", new BsonInt32((int) upserted))
          .append("nDeleted", new BsonInt32((int) deleted));
    }
  }
}
