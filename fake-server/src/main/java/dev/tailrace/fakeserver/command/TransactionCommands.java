package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.oplog.OplogEntry;
import dev.tailrace.fakeserver.replset.Journal;
import dev.tailrace.fakeserver.storage.RetryRecord;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.transaction.SessionInfo;
import dev.tailrace.fakeserver.transaction.Transaction;
import java.util.Base64;
import java.util.Set;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.jspecify.annotations.Nullable;

/** {@code commitTransaction}, {@code abortTransaction}, and what other commands may in one. */
final class TransactionCommands {

  /** SHA-256 of "no user", which the oplog has beside a session's id. */
  private static final BsonBinary NO_USER =
      new BsonBinary(Base64.getDecoder().decode(SessionInfo.NO_USER));

  private static final Set<String> ALLOWED =
      Set.of(
          "abortTransaction",
          "aggregate",
          "commitTransaction",
          "create",
          "createIndexes",
          "delete",
          "distinct",
          "find",
          "findAndModify",
          "getMore",
          "insert",
          "killCursors",
          "update",
          "bulkWrite");

  private static final Set<String> COMMIT_FIELDS = Set.of("commitTimestamp", "recoveryToken");

  /** Commands that know nothing of sessions. */
  private static final Set<String> WITHOUT_SESSION =
      Set.of("ping", "hello", "isMaster", "endSessions", "refreshSessions", "buildInfo");

  private TransactionCommands() {}

  static Outcome commit(Invocation call) {
    BsonBinary sessionId = sessionId(required(call));
    long txnNumber = txnNumber(call.session());
    Transaction transaction =
        call.world()
            .transactions()
            .toCommit(sessionId, txnNumber, retryableNumber(call, sessionId));
    try {
      checkCommit(call);
    } catch (CommandFailure e) {
      if (transaction != null) {
        call.world().transactions().abort(transaction);
      }
      throw e;
    }
    if (transaction == null) {
      return new Outcome.Reply(new BsonDocument()); // Said again, and true again.
    }
    StableApi.requireSame(call, "commitTransaction", transaction);
    if (!transaction.changes().isEmpty()) {
      State after;
      try {
        after = transaction.applyTo(call.set().journal().head());
      } catch (CommandFailure e) {
        call.world().transactions().abort(transaction);
        throw e;
      }
      BsonDocument lsid = new BsonDocument("id", sessionId).append("uid", NO_USER);
      call.writeTogether(
          transaction.changes(), after, new OplogEntry.TransactionId(lsid, txnNumber));
    }
    call.world().transactions().committed(transaction);
    return new Outcome.Reply(new BsonDocument());
  }

  private static void checkCommit(Invocation call) {
    GenericFields.requireKnown(
        call.request(), call.version(), GenericFields.Style.IDL, COMMIT_FIELDS);
    BsonDocument body = call.request().body();
    Idl.requireType(
        "commitTransaction.commitTimestamp",
        Idl.given(body, "commitTimestamp"),
        BsonType.TIMESTAMP);
    Idl.requireType(
        "commitTransaction.recoveryToken", Idl.given(body, "recoveryToken"), BsonType.DOCUMENT);
    if (Idl.given(body, "commitTimestamp") != null) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "commitTransaction cannot provide commitTimestamp to unprepared transaction.");
    }
  }

  static Outcome abort(Invocation call) {
    SessionInfo session = required(call);
    BsonBinary sessionId = sessionId(session);
    Transaction transaction =
        call.world()
            .transactions()
            .inProgress(sessionId, txnNumber(session), retryableNumber(call, sessionId));
    StableApi.requireSame(call, "abortTransaction", transaction);
    call.world().transactions().abort(transaction);
    return new Outcome.Reply(new BsonDocument());
  }

  private static SessionInfo required(Invocation call) {
    if (!call.session().inTransaction()) {
      throw new CommandFailure(
          ErrorCode.COMMAND_FAILED, call.request().name() + " must be run within a transaction");
    }
    return call.session();
  }

  private static BsonBinary sessionId(SessionInfo session) {
    BsonBinary id = session.sessionId();
    if (id == null) {
      throw new IllegalStateException("a transaction without a session was let through");
    }
    return id;
  }

  private static long txnNumber(SessionInfo session) {
    Long number = session.txnNumber();
    return number == null ? -1 : number;
  }

  private static long retryableNumber(Invocation call, BsonBinary sessionId) {
    RetryRecord record = call.set().journal().head().retryRecord(sessionId);
    return record == null ? -1 : record.txnNumber();
  }

  /**
   * The transaction that a command belongs to, started if the command says so; null for the two
   * commands that end one.
   *
   * @param name the command's name, as messages spell it
   * @throws CommandFailure if the command may not run in a transaction, or there is none
   */
  static @Nullable Transaction enter(Invocation call, String name) {
    SessionInfo session = call.session();
    requireAllowed(call, name);
    if (name.equals("commitTransaction") || name.equals("abortTransaction")) {
      requireFirstForReadConcern(call);
      return null;
    }
    ReadConcern concern = checkConcerns(call, name);
    BsonBinary sessionId = sessionId(session);
    long txnNumber = txnNumber(session);
    long retryable = retryableNumber(call, sessionId);
    if (session.startTransaction()) {
      return start(call, sessionId, txnNumber, retryable, concern.atClusterTime());
    }
    return call.world().transactions().inProgress(sessionId, txnNumber, retryable);
  }

  private static Transaction start(
      Invocation call,
      BsonBinary sessionId,
      long txnNumber,
      long retryable,
      @Nullable BsonTimestamp atClusterTime) {
    Journal journal = call.set().journal();
    BsonTimestamp time = atClusterTime == null ? journal.timeAt(journal.end()) : atClusterTime;
    State snapshot =
        atClusterTime == null ? journal.head() : Snapshot.stateAt(journal, atClusterTime);
    return call.world()
        .transactions()
        .start(sessionId, txnNumber, retryable, snapshot, time, call.nowNanos());
  }

  private static void requireAllowed(Invocation call, String name) {
    if (WITHOUT_SESSION.contains(name)) {
      throw notSupported("This command is not supported in transactions");
    }
    if (name.equals("count")) {
      throw notSupported(
          "Cannot run 'count' in a multi-document transaction. Please see"
              + " http://dochub.mongodb.org/core/transaction-count for a recommended alternative.");
    }
    boolean isTooNew =
        (name.equals("create") || name.equals("createIndexes")) && !call.version().atLeast(4, 4);
    if (!ALLOWED.contains(name) || isTooNew) {
      throw notSupported("Cannot run '" + name + "' in a multi-document transaction.");
    }
    boolean endsIt = name.equals("commitTransaction") || name.equals("abortTransaction");
    String db = call.request().db();
    if (db.equals("config")) {
      throw notSupported("Cannot run command against the config database in a transaction.");
    }
    if (db.equals("local") || (db.equals("admin") && !endsIt)) {
      throw notSupported("Cannot run command against the '" + db + "' database in a transaction.");
    }
    if (name.equals("killCursors") && call.session().startTransaction()) {
      throw notSupported(
          "Cannot run killCursors as the first operation in a multi-document transaction.");
    }
    if (endsIt && call.session().startTransaction()) {
      throw notSupported(
          name.equals("commitTransaction")
              ? "Cannot start a transaction with a commit"
              : "Cannot start a transaction with an abort");
    }
  }

  private static ReadConcern checkConcerns(Invocation call, String name) {
    if (call.request().body().containsKey("writeConcern")
        && !Set.of("find", "aggregate", "distinct", "getMore").contains(name)) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "writeConcern is not allowed within a multi-statement transaction");
    }
    ReadConcern concern = ReadConcern.of(call.request().get("readConcern"), call.version());
    requireFirstForReadConcern(call);
    if (concern.level() == ReadConcern.Level.LINEARIZABLE
        || concern.level() == ReadConcern.Level.AVAILABLE) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "The readConcern level must be either 'local' (default), 'majority' or 'snapshot' in"
              + " order to run in a transaction");
    }
    return concern;
  }

  private static void requireFirstForReadConcern(Invocation call) {
    if (call.request().body().containsKey("readConcern") && !call.session().startTransaction()) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "Only the first command in a transaction may specify a readConcern");
    }
  }

  /** A statement that fails takes its transaction with it; false where there is none. */
  static boolean abortFor(Invocation call) {
    Transaction transaction = call.transaction();
    if (transaction != null) {
      call.world().transactions().abort(transaction);
    }
    return transaction != null;
  }

  /** The refusal of something that does not go in a transaction. */
  static CommandFailure notSupported(String message) {
    return new CommandFailure(ErrorCode.OPERATION_NOT_SUPPORTED_IN_TRANSACTION, message);
  }
}
