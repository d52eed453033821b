package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.command.CollectionWriter.StatementResult;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.RetryRecord;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.transaction.SessionInfo;
import java.util.stream.IntStream;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that the statements of a retryable write are done once. What a statement did is
 * remembered in the same step as it is done; a statement that did nothing is not remembered, and
 * done again.
 */
final class RetryableWrites {

  private final Invocation call;
  private final @Nullable BsonBinary sessionId;
  private final long txnNumber;
  private final int firstStatementId;

  /** The number of each statement, where the command says so. */
  private final @Nullable BsonArray statementIds;

  private final @Nullable TransactionalWriteFailPoint failPoint;

  /**
   * The retryable write that the command is, if it is one.
   *
   * @throws CommandFailure 225 if its session has gone on to a later one
   */
  RetryableWrites(Invocation call) {
    this.call = call;
    SessionInfo session = call.session();
    Long number = session.txnNumber();
    sessionId = session.isRetryableWrite() ? session.sessionId() : null;
    txnNumber = number == null ? -1 : number;
    firstStatementId =
        call.request().get("stmtId") instanceof BsonNumber first ? first.intValue() : 0;
    statementIds = call.request().get("stmtIds") instanceof BsonArray given ? given : null;
    if (sessionId != null) {
      begin(sessionId);
      String write = SessionInfo.print(sessionId) + ":" + txnNumber;
      failPoint = new TransactionalWriteFailPoint(call, write);
    } else {
      failPoint = null;
    }
  }

  private void begin(BsonBinary session) {
    WriteTarget target = call.target();
    RetryRecord record = target.state().retryRecord(session);
    long newestTransaction = call.world().transactions().newestNumber(session);
    if (newestTransaction > txnNumber) {
      throw tooOld(session, "transaction", newestTransaction);
    }
    if (newestTransaction == txnNumber) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "Must specify autocommit=false on all operations of a multi-statement transaction.");
    }
    if (record == null || record.txnNumber() < txnNumber) {
      call.world().transactions().abortOf(session);
      target.remember(target.state().with(session, RetryRecord.begun(txnNumber)));
    } else if (record.txnNumber() > txnNumber) {
      throw tooOld(session, "retryable write", record.txnNumber());
    }
  }

  private CommandFailure tooOld(BsonBinary session, String newer, long number) {
    return new CommandFailure(
        ErrorCode.TRANSACTION_TOO_OLD,
        ("Retryable write with txnNumber %d is prohibited on session %s because a newer %s with"
                + " txnNumber %d has already started on this session.")
            .formatted(txnNumber, SessionInfo.print(session), newer, number));
  }

  /** Whether the command is a retryable write. */
  boolean isOne() {
    return sessionId != null;
  }

  /** What a statement did when it was done before; null if it was not. */
  @Nullable StatementResult done(int statement) {
    RetryRecord record = record(call.target().state());
    BsonDocument result = record == null ? null : record.result(statementId(statement));
    return result == null
        ? null
        : new StatementResult(
            result.getInt64("matched").getValue(),
            result.getInt64("modified").getValue(),
            result.get("upsertedId"),
            result.get("value") instanceof BsonDocument value ? value : null);
  }

  /** Whether any of the first {@code statements} of the command was done before. */
  boolean isAnyDone(int statements) {
    return countDone(statements) > 0;
  }

  private long countDone(int statements) {
    RetryRecord record = record(call.target().state());
    if (record == null) {
      return 0;
    }
    return statementIds == null
        ? record.countDone(firstStatementId, statements)
        : IntStream.range(0, statements).filter(i -> record.result(statementId(i)) != null).count();
  }

  private @Nullable RetryRecord record(State state) {
    return sessionId == null ? null : state.retryRecord(sessionId);
  }

  /** Notes that the first {@code statements} of the command are about to be done in one commit. */
  void doTogether(int statements) {
    if (failPoint != null && countDone(statements) < statements) {
      failPoint.passTogether();
    }
  }

  /** How to remember a statement, which is about to be done. */
  CollectionWriter.Statement statement(int statement) {
    return (after, result) -> {
      pass();
      RetryRecord record = record(after);
      return sessionId == null || record == null
          ? after
          : after.with(sessionId, record.with(statementId(statement), toDocument(result)));
    };
  }

  /** How to remember the first {@code count} statements, which have one result together. */
  CollectionWriter.Statement statements(int count) {
    return (after, result) -> {
      IntStream.range(0, count).forEach(each -> pass());
      RetryRecord record = record(after);
      return sessionId == null || record == null
          ? after
          : after.with(sessionId, with(record, count, toDocument(result)));
    };
  }

  private RetryRecord with(RetryRecord record, int count, BsonDocument result) {
    if (statementIds == null) {
      return record.with(firstStatementId, count, result);
    }
    RetryRecord noted = record;
    for (int i = 0; i < count; i++) {
      noted = noted.with(statementId(i), result);
    }
    return noted;
  }

  private void pass() {
    if (failPoint != null) {
      failPoint.pass();
    }
  }

  private int statementId(int statement) {
    return statementIds == null
        ? firstStatementId + statement
        : statementIds.get(statement).asInt32().getValue();
  }

  private static BsonDocument toDocument(StatementResult result) {
    BsonDocument document =
        new BsonDocument("matched", new BsonInt64(result.matched()))
            .append("modified", new BsonInt64(result.modified()));
    BsonValue upsertedId = result.upsertedId();
    if (upsertedId != null) {
      document.append("upsertedId", upsertedId);
    }
    BsonDocument value = result.value();
    return value == null ? document : document.append("value", value);
  }
}
