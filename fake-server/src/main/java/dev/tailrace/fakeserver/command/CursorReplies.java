package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.cursor.ResultIterator;
import dev.tailrace.fakeserver.cursor.ServerCursor;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.stream.ChangeStreamCursor;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Replies that carry a batch, and the batches in them. */
final class CursorReplies {

  static final String FIRST_BATCH = "firstBatch";
  static final String NEXT_BATCH = "nextBatch";
  static final String AT_CLUSTER_TIME = "atClusterTime";

  /** What a first batch holds unless the client says otherwise. */
  static final int DEFAULT_FIRST_BATCH = 101;

  private static final int MAX_BATCH_BYTES = 16 * 1024 * 1024;

  private CursorReplies() {}

  /** The reply of a query: the batch first, the cursor's id and namespace last. */
  static BsonDocument of(
      String batchField, List<? extends BsonDocument> batch, long id, Namespace namespace) {
    BsonDocument cursor = new BsonDocument(batchField, new BsonArray(batch));
    return new BsonDocument("cursor", end(cursor, id, namespace));
  }

  /** The same of a query that may have read a snapshot, whose time is said last. */
  static BsonDocument of(
      String batchField,
      List<? extends BsonDocument> batch,
      long id,
      Namespace namespace,
      @Nullable BsonTimestamp atClusterTime) {
    BsonDocument reply = of(batchField, batch, id, namespace);
    if (atClusterTime != null) {
      reply.getDocument("cursor").append(AT_CLUSTER_TIME, atClusterTime);
    }
    return reply;
  }

  /** The reply of a change stream, which has a token behind the batch. */
  static BsonDocument of(
      String batchField, ChangeStreamCursor.Batch batch, long id, Invocation call, Namespace ns) {
    call.node().streamMetrics().sent(batch);
    BsonDocument cursor = new BsonDocument(batchField, new BsonArray(batch.events()));
    BsonDocument token = batch.postBatchResumeToken();
    if (token != null) {
      cursor.append("postBatchResumeToken", token);
    }
    if (batch.exhausted() && call.version().atLeast(5, 0)) {
      cursor.append("invalidated", BsonBoolean.TRUE);
    }
    return new BsonDocument("cursor", end(cursor, id, ns));
  }

  private static BsonDocument end(BsonDocument cursor, long id, Namespace namespace) {
    return cursor
        .append("id", new BsonInt64(id))
        .append("ns", new BsonString(namespace.toString()));
  }

  /** The reply of a command that lists things: the cursor's id and namespace first. */
  static BsonDocument ofList(
      Invocation call, Namespace namespace, List<? extends BsonDocument> items) {
    ResultIterator results = new ResultIterator(items.iterator());
    List<RawBsonDocument> batch = take(results, listBatchSize(call));
    long id = results.hasNext() ? open(call, namespace, results) : 0;
    return new BsonDocument(
        "cursor",
        new BsonDocument("id", new BsonInt64(id))
            .append("ns", new BsonString(namespace.toString()))
            .append(FIRST_BATCH, new BsonArray(batch)));
  }

  private static long listBatchSize(Invocation call) {
    BsonValue cursor = call.request().get("cursor");
    if (cursor != null && !cursor.isDocument()) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH, "cursor field must be missing or an object");
    }
    return cursor != null && cursor.asDocument().containsKey("batchSize")
        ? aggregateBatchSize(cursor.asDocument())
        : Long.MAX_VALUE;
  }

  /** Opens a cursor over the results that are left. */
  static long open(Invocation call, Namespace namespace, ResultIterator results) {
    return open(call, namespace, new ServerCursor.Content.Results(results, null, null), false).id();
  }

  /** Opens a cursor that belongs to the session of the command. */
  static ServerCursor open(
      Invocation call, Namespace namespace, ServerCursor.Content content, boolean noTimeout) {
    return call.node()
        .cursors()
        .open(
            namespace,
            content,
            new ServerCursor.Owner(
                call.session().sessionId(),
                call.session().inTransaction() ? call.session().txnNumber() : null,
                noTimeout,
                call.connection().id(),
                StableApi.fields(call.request())),
            call.nowNanos());
  }

  /** Takes as many results as a batch may hold: always one, if there is any and one is wanted. */
  static List<RawBsonDocument> take(ResultIterator results, long maxDocuments) {
    List<RawBsonDocument> batch = new ArrayList<>();
    long bytes = 0;
    while (batch.size() < maxDocuments && results.hasNext()) {
      int size = RawDocuments.size(results.peek());
      if (!batch.isEmpty() && bytes + size > MAX_BATCH_BYTES) {
        break;
      }
      bytes += size;
      batch.add(results.next());
    }
    return batch;
  }

  /**
   * The {@code cursor.batchSize} of an aggregate.
   *
   * @throws CommandFailure as the server would refuse it
   */
  static long aggregateBatchSize(BsonDocument cursor) {
    for (String field : cursor.keySet()) {
      if (!field.equals("batchSize")) {
        throw new CommandFailure(
            ErrorCode.BAD_VALUE, "cursor object can't contain fields other than batchSize");
      }
    }
    if (!cursor.containsKey("batchSize")) {
      return DEFAULT_FIRST_BATCH;
    }
    if (!(cursor.get("batchSize") instanceof BsonNumber size)) {
      throw new CommandFailure(ErrorCode.TYPE_MISMATCH, "cursor.batchSize must be a number");
    }
    if (size.longValue() < 0) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, "cursor.batchSize must not be negative");
    }
    return size.longValue();
  }
}
