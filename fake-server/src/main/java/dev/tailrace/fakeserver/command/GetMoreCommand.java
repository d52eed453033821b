package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.cursor.ServerCursor;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.fault.FailPoints;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.replset.Member;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.stream.ChangeStreamCursor;
import dev.tailrace.fakeserver.transaction.SessionInfo;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * {@code getMore}. On a change stream it waits for an event that gets through the whole pipeline,
 * for a second if the client does not say how long.
 */
final class GetMoreCommand implements Command {

  private static final long DEFAULT_AWAIT_MILLIS = 1000;

  private static final Set<String> KNOWN =
      Set.of(
          "collection",
          "batchSize",
          "term",
          "lastKnownCommittedOpTime",
          "includeQueryStatsMetrics");

  @Override
  public Outcome run(Invocation call) {
    GenericFields.requireKnown(
        call.request(), call.version(), GenericFields.Style.WHOLE_COMMAND, KNOWN);
    long id = cursorId(call);
    String collection = collection(call);
    long batchSize = batchSize(call);
    checkReplicationFields(call);
    checkReadConcern(call);
    ServerCursor cursor = call.node().cursors().get(id);
    if (cursor == null) {
      throw new CommandFailure(ErrorCode.CURSOR_NOT_FOUND, "cursor id " + id + " not found");
    }
    checkOwner(call, cursor, call.namespace(collection));
    if (cursor.isChangeStream()) {
      call.noteChangeStream();
    }
    if (!cursor.awaitsData() && MaxTime.millis(call.request()) > 0) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "cannot set maxTimeMS on getMore command for a non-awaitData cursor");
    }
    cursor.checkOut();
    Reading reading = new Reading(call, cursor, batchSize);
    return reading.start();
  }

  private static long cursorId(Invocation call) {
    BsonValue value = call.request().subject();
    if (!(value instanceof BsonInt64 id)) {
      throw wrongType(call, "getMore", value, BsonType.INT64);
    }
    if (id.getValue() == 0) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, "Cursor id for getMore must be non-zero");
    }
    return id.getValue();
  }

  private static String collection(Invocation call) {
    BsonValue value = call.request().get("collection");
    if (value instanceof BsonString name) {
      if (name.getValue().isEmpty()) {
        throw new CommandFailure(
            ErrorCode.INVALID_NAMESPACE,
            "Invalid namespace for getMore: " + call.request().db() + ".");
      }
      return name.getValue();
    }
    if (value == null) {
      throw call.version().atLeast(5, 0)
          ? Idl.missingField("getMore.collection")
          : new CommandFailure(
              ErrorCode.FAILED_TO_PARSE,
              "Field 'collection' missing in: " + ElementText.value(call.request().body()));
    }
    throw wrongType(call, "collection", value, BsonType.STRING);
  }

  private static CommandFailure wrongType(
      Invocation call, String field, BsonValue value, BsonType wanted) {
    return call.version().atLeast(5, 0)
        ? Idl.wrongType("getMore." + field, value, wanted)
        : new CommandFailure(
            ErrorCode.TYPE_MISMATCH,
            "Field '%s' must be of type %s in: %s"
                .formatted(
                    field,
                    wanted == BsonType.INT64 ? "long" : "string",
                    ElementText.value(call.request().body())));
  }

  private static long batchSize(Invocation call) {
    BsonValue value = call.request().get("batchSize");
    boolean isModern = call.version().atLeast(5, 0);
    if (value == null || (value.isNull() && isModern)) {
      return Long.MAX_VALUE;
    }
    if (!(value instanceof BsonNumber number)) {
      throw isModern
          ? Idl.wrongType(
              "getMore.batchSize",
              value,
              BsonType.INT64,
              BsonType.INT32,
              BsonType.DECIMAL128,
              BsonType.DOUBLE)
          : new CommandFailure(
              ErrorCode.TYPE_MISMATCH,
              "Field 'batchSize' must be a number in: " + ElementText.value(call.request().body()));
    }
    long size = number.longValue();
    if (size < 0 || (size == 0 && !isModern)) {
      throw isModern
          ? new CommandFailure(
              51_024, "BSON field 'batchSize' value must be >= 0, actual value '" + size + "'")
          : new CommandFailure(
              ErrorCode.BAD_VALUE,
              "Batch size for getMore must be positive, but received: " + size);
    }
    return size == 0 ? Long.MAX_VALUE : size;
  }

  private static void checkReadConcern(Invocation call) {
    BsonValue given = call.request().get("readConcern");
    boolean isModern = call.version().atLeast(5, 0);
    if (given != null && !given.isDocument() && !isModern) {
      throw new CommandFailure(ErrorCode.FAILED_TO_PARSE, "readConcern field should be an object");
    }
    ReadConcern.Level level = ReadConcern.of(given, call.version()).level();
    if (level != null && isModern) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS, "Command getMore does not support read concern");
    }
    if (level != null && level != ReadConcern.Level.LOCAL) {
      throw ReadConcern.notSupported(call, level, "read concern not supported");
    }
  }

  /** Checks what members of a set say when they read each other's oplogs; here it has no effect. */
  private static void checkReplicationFields(Invocation call) {
    if (call.version().atLeast(5, 0)) {
      return;
    }
    BsonValue term = call.request().get("term");
    if (term != null && !term.isInt64()) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "Field 'term' must be of type NumberLong in: "
              + ElementText.value(call.request().body()));
    }
    BsonValue committed = call.request().get("lastKnownCommittedOpTime");
    if (committed != null) {
      OpTimes.check("lastKnownCommittedOpTime", committed);
    }
  }

  private static void checkOwner(Invocation call, ServerCursor cursor, Namespace namespace) {
    if (cursor.inUse()) {
      throw new CommandFailure(
          ErrorCode.CURSOR_IN_USE, "cursor id " + cursor.id() + " is already in use");
    }
    if (!cursor.namespace().equals(namespace)) {
      throw new CommandFailure(
          ErrorCode.UNAUTHORIZED,
          "Requested getMore on namespace '%s', but cursor belongs to a different namespace %s"
              .formatted(namespace, cursor.namespace()));
    }
    BsonBinary owner = cursor.owner().sessionId();
    BsonBinary asking = call.session().sessionId();
    if (!Objects.equals(owner, asking)) {
      String which = "Cannot run getMore on cursor " + cursor.id();
      if (owner == null && asking != null) {
        throw new CommandFailure(
            50_736,
            which
                + ", which was not created in a session, in session "
                + SessionInfo.print(asking));
      }
      if (owner != null && asking == null) {
        throw new CommandFailure(
            50_737,
            which
                + ", which was created in session "
                + SessionInfo.print(owner)
                + ", without an lsid");
      }
      if (owner != null && asking != null) {
        throw new CommandFailure(
            50_738,
            which
                + ", which was created in session "
                + SessionInfo.print(owner)
                + ", in session "
                + SessionInfo.print(asking));
      }
    }
    checkTransaction(call, cursor);
  }

  private static void checkTransaction(Invocation call, ServerCursor cursor) {
    Long owner = cursor.owner().txnNumber();
    Long asking = call.session().inTransaction() ? call.session().txnNumber() : null;
    if (Objects.equals(owner, asking)) {
      return;
    }
    String which = "Cannot run getMore on cursor " + cursor.id();
    if (owner == null) {
      throw new CommandFailure(
          50_739, which + ", which was not created in a transaction, in transaction " + asking);
    }
    throw asking == null
        ? new CommandFailure(
            50_740, which + ", which was created in transaction " + owner + ", without a txnNumber")
        : new CommandFailure(
            50_741,
            which + ", which was created in transaction " + owner + ", in transaction " + asking);
  }

  /** A getMore that has its cursor. */
  private static final class Reading implements Outcome.Waiting {

    private final Invocation call;
    private final ServerCursor cursor;
    private final long batchSize;
    private final long deadlineNanos;

    Reading(Invocation call, ServerCursor cursor, long batchSize) {
      this.call = call;
      this.cursor = cursor;
      this.batchSize = batchSize;
      long millis = MaxTime.millis(call.request());
      boolean awaits =
          call.node().failPoints().armed(FailPoints.Name.DISABLE_AWAIT_DATA_FOR_GET_MORE) == null;
      long waitMillis = !awaits ? 0 : millis == 0 ? DEFAULT_AWAIT_MILLIS : millis;
      deadlineNanos = call.nowNanos() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    }

    Outcome start() {
      try {
        StableApi.requireSame(call, cursor);
        failIfTold();
      } catch (RuntimeException | StackOverflowError e) {
        giveUp();
        throw e;
      }
      Outcome outcome = poll(call.nowNanos());
      return outcome == null ? new Outcome.Wait(this) : outcome;
    }

    private void failIfTold() {
      BsonDocument data =
          call.node().failPoints().enter(FailPoints.Name.FAIL_GET_MORE_AFTER_CURSOR_CHECKOUT);
      if (data != null) {
        int code =
            data.isNumber("errorCode")
                ? data.getNumber("errorCode").intValue()
                : ErrorCode.INTERNAL_ERROR.code();
        throw new CommandFailure(code, "Hit the 'failGetMoreAfterCursorCheckout' failpoint");
      }
    }

    @Override
    public long deadlineNanos() {
      return deadlineNanos;
    }

    @Override
    public @Nullable Outcome poll(long nowNanos) {
      if (cursor.killed()) {
        throw new CommandFailure(
            ErrorCode.CURSOR_KILLED, ExecutorErrors.inGetMore("operation was interrupted", call));
      }
      if (call.member().role() == Member.Role.TOO_STALE) {
        giveUp();
        throw Dispatcher.recovering();
      }
      try {
        if (cursor.content() instanceof ServerCursor.Content.ChangeStream stream) {
          return readStream(stream.stream(), nowNanos);
        } else if (cursor.content() instanceof ServerCursor.Content.Results results) {
          if (results.origin() != null) {
            results.origin().require(call.readState());
          }
          List<RawBsonDocument> batch = CursorReplies.take(results.results(), batchSize);
          boolean isOver = results.results().isOver(batch.size(), batchSize);
          return reply(
              CursorReplies.of(
                  CursorReplies.NEXT_BATCH,
                  batch,
                  isOver ? 0 : cursor.id(),
                  cursor.namespace(),
                  results.atClusterTime()),
              isOver);
        }
        return readTail((ServerCursor.Content.Tail) cursor.content(), nowNanos);
      } catch (CommandFailure e) {
        giveUp();
        throw ExecutorErrors.ofGetMore(e, call);
      } catch (RuntimeException | StackOverflowError e) {
        giveUp();
        throw e;
      }
    }

    /** Whatever a getMore dies of, its cursor dies too: it would stay in use for ever. */
    private void giveUp() {
      call.node().cursors().kill(cursor.id());
    }

    private @Nullable Outcome readTail(ServerCursor.Content.Tail content, long nowNanos) {
      StoredCollection collection = content.origin().require(call.readState());
      List<RawBsonDocument> batch = content.tail().read(collection, batchSize);
      if (batch.isEmpty() && content.tail().awaitsData() && nowNanos < deadlineNanos) {
        return null;
      }
      return reply(
          CursorReplies.of(CursorReplies.NEXT_BATCH, batch, cursor.id(), cursor.namespace()),
          false);
    }

    private @Nullable Outcome readStream(ChangeStreamCursor stream, long nowNanos) {
      long end = call.set().majorityAt(call.member());
      State lookup = call.set().journal().stateAt(end);
      int maxEvents = (int) Math.min(batchSize, Integer.MAX_VALUE);
      ChangeStreamCursor.Batch batch =
          call.node().streamMetrics().count(() -> stream.read(maxEvents, end, lookup));
      if (batch.events().isEmpty() && !batch.exhausted() && nowNanos < deadlineNanos) {
        return null;
      }
      call.setReadConcern(call.readConcern().asMajority());
      long id = batch.exhausted() ? 0 : cursor.id();
      return reply(
          CursorReplies.of(CursorReplies.NEXT_BATCH, batch, id, call, cursor.namespace()),
          batch.exhausted());
    }

    private Outcome reply(BsonDocument body, boolean isOver) {
      cursor.checkIn(call.nowNanos());
      if (isOver) {
        call.node().cursors().kill(cursor.id());
      }
      return new Outcome.Reply(body);
    }

    @Override
    public void abandon() {
      // A client that hangs up interrupts its getMore, and that takes the cursor with it.
      cursor.checkIn(call.nowNanos());
      call.node().cursors().kill(cursor.id());
    }
  }
}
