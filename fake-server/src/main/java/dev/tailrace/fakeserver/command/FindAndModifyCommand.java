package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.command.CollectionWriter.StatementResult;
import dev.tailrace.fakeserver.command.CollectionWriter.UpdateOrder;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.projection.Projection;
import dev.tailrace.fakeserver.query.update.Update;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code findAndModify}. */
final class FindAndModifyCommand implements Command {

  private static final Set<String> KNOWN =
      Set.of(
          "query",
          "sort",
          "remove",
          "update",
          "new",
          "fields",
          "upsert",
          "bypassDocumentValidation",
          "collation",
          "arrayFilters",
          "hint",
          "let",
          "runtimeConstants");

  @Override
  public Outcome run(Invocation call) {
    Namespace namespace = Names.collection(call);
    QueryArguments arguments = new QueryArguments(call);
    checkFields(call);
    Names.requireWritable(call, namespace);
    boolean remove = arguments.flag("remove");
    BsonValue update = call.request().get("update");
    if (update != null) {
      Update.requireShape(update);
    }
    check(call, remove, update, arguments);
    RetryableWrites retries = new RetryableWrites(call);
    StatementResult done = retries.done(0);
    if (done != null) {
      return new Outcome.Reply(reply(done, remove));
    }
    CollectionWriter writer =
        new CollectionWriter(call, call.target(), namespace, retries.statement(0));
    return ConflictWait.orWait(
        call,
        () -> new Outcome.Reply(reply(modify(call, arguments, writer, namespace, update), remove)));
  }

  private static void checkFields(Invocation call) {
    Request request = call.request();
    BsonValue hint = request.get("hint");
    if (hint != null && !hint.isString() && !hint.isDocument()) {
      throw failedToParse("Hint must be a string or an object");
    }
    if (call.version().atLeast(5, 0)) {
      GenericFields.requireKnown(request, call.version(), GenericFields.Style.IDL, KNOWN);
      Idl.requireFlag(
          "findAndModify.bypassDocumentValidation", request.get("bypassDocumentValidation"));
      Idl.requireType("findAndModify.arrayFilters", request.get("arrayFilters"), BsonType.ARRAY);
      return;
    }
    for (String field : request.body().keySet()) {
      boolean isKnown = KNOWN.contains(field) || GenericFields.isOne(field, call.version());
      if (!isKnown && !field.equals(request.name())) {
        throw new CommandFailure(51_177, "BSON field '" + field + "' is an unknown field.");
      }
    }
    requireType(request, "collation", BsonType.DOCUMENT);
    requireType(request, "arrayFilters", BsonType.ARRAY);
    if (request.get("arrayFilters") instanceof BsonArray filters) {
      for (BsonValue filter : filters) {
        if (!filter.isDocument()) {
          throw new CommandFailure(
              ErrorCode.TYPE_MISMATCH,
              "Each array filter must be an object, found " + BsonTypes.name(filter));
        }
      }
    }
  }

  private static void requireType(Request request, String field, BsonType type) {
    BsonValue value = request.get(field);
    if (value != null && value.getBsonType() != type) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "\"%s\" had the wrong type. Expected %s, found %s"
              .formatted(field, BsonTypes.name(type), BsonTypes.name(value)));
    }
  }

  private static StatementResult modify(
      Invocation call,
      QueryArguments arguments,
      CollectionWriter writer,
      Namespace namespace,
      @Nullable BsonValue update) {
    StoredCollection collection = call.target().state().collection(namespace);
    Hints.check(
        collection,
        call.request().get("hint"),
        PlannedQuery.of(arguments.document("query"))
            .in(arguments.document("collation"))
            .firstBy(arguments.document("sort")));
    QueryContext context = arguments.context(collection);
    BsonDocument projected = arguments.document("fields");
    Projection fields = projected.isEmpty() ? null : Projection.parse(projected, context);
    return update == null
        ? writer.delete(
            Matcher.parse(arguments.document("query"), context),
            arguments.document("sort"),
            true,
            context,
            fields)
        : writer.update(
            order(call, arguments, update, context), context, fields, arguments.flag("new"));
  }

  private static void check(
      Invocation call, boolean remove, @Nullable BsonValue update, QueryArguments arguments) {
    if (remove && update != null) {
      throw failedToParse("Cannot specify both an update and remove=true");
    }
    if (!remove && update == null) {
      throw failedToParse("Either an update or remove=true must be specified");
    }
    if (remove && arguments.flag("upsert")) {
      throw failedToParse(
          "Cannot specify both upsert=true and remove=true"
              + (call.version().atLeast(5, 0) ? " " : ""));
    }
    if (remove && arguments.flag("new")) {
      throw failedToParse(
          "Cannot specify both new=true and remove=true; 'remove' always returns the deleted"
              + " document");
    }
    if (call.request().get("arrayFilters") == null) {
      return;
    }
    if (remove) {
      throw failedToParse("Cannot specify arrayFilters and remove=true");
    }
    if (update != null && update.isArray()) {
      throw failedToParse("Cannot specify arrayFilters and a pipeline update");
    }
  }

  private static UpdateOrder order(
      Invocation call, QueryArguments arguments, BsonValue update, QueryContext context) {
    BsonArray arrayFilters =
        call.request().get("arrayFilters") instanceof BsonArray filters ? filters : new BsonArray();
    return new UpdateOrder(
        Matcher.parseUpdate(arguments.document("query"), arguments.flag("upsert"), context),
        Update.parse(update, arrayFilters, context),
        arguments.document("sort"),
        false,
        arguments.flag("upsert"));
  }

  private static BsonDocument reply(StatementResult result, boolean remove) {
    BsonDocument lastError = new BsonDocument("n", new BsonInt32((int) result.matched()));
    BsonValue upsertedId = result.upsertedId();
    if (!remove) {
      boolean updatedExisting = result.matched() > 0 && upsertedId == null;
      lastError.append("updatedExisting", BsonBoolean.valueOf(updatedExisting));
    }
    if (upsertedId != null) {
      lastError.append("upserted", upsertedId);
    }
    BsonDocument value = result.value();
    return new BsonDocument("lastErrorObject", lastError)
        .append("value", value == null ? BsonNull.VALUE : value);
  }

  private static CommandFailure failedToParse(String message) {
    return new CommandFailure(ErrorCode.FAILED_TO_PARSE, message);
  }
}
