package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.command.CollectionWriter.StatementResult;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import java.util.function.IntFunction;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Runs the statements of a write command one after the other, and sums up what they did. */
final class WriteBatch {

  private static final int MAX_STATEMENTS = 100_000;

  private final Invocation call;
  private final boolean ordered;
  private final BsonArray errors = new BsonArray();
  private final BsonArray upserted = new BsonArray();
  private int next;
  private long matched;
  private long modified;

  WriteBatch(Invocation call) {
    this.call = call;
    ordered = !Flags.isFalse(call.request().body(), "ordered");
  }

  /** Refuses a batch that is empty or too long. */
  static void requireSize(int statements) {
    if (statements < 1 || statements > MAX_STATEMENTS) {
      throw new CommandFailure(
          ErrorCode.INVALID_LENGTH,
          "Write batch sizes must be between 1 and %d. Got %d operations."
              .formatted(MAX_STATEMENTS, statements));
    }
  }

  /** Runs the statements that are left of {@code count}; an ordered batch ends with a failure. */
  void run(int count, IntFunction<StatementResult> statement) {
    while (next < count) {
      int index = next;
      try {
        add(index, statement.apply(index));
      } catch (CommandFailure e) {
        if (endsCommand(e)) {
          throw e; // Whoever calls again goes on with the same statement.
        }
        errors.add(error(index, e));
        boolean endsTransaction = TransactionCommands.abortFor(call);
        if (ordered || endsTransaction) {
          next = count;
        }
      }
      next++;
    }
  }

  /** Whether a statement's failure is one of the command as a whole. */
  private static boolean endsCommand(CommandFailure failure) {
    return failure.code() == ErrorCode.INVALID_NAMESPACE.code()
        || failure.code() == ErrorCode.WRITE_CONFLICT.code()
        || failure.code() == ErrorCode.COMMAND_NOT_SUPPORTED_ON_VIEW.code();
  }

  /** Counts what a statement did. */
  void add(int index, StatementResult result) {
    matched += result.matched();
    modified += result.modified();
    BsonValue id = result.upsertedId();
    if (id != null) {
      upserted.add(new BsonDocument("index", new BsonInt32(index)).append("_id", id));
    }
  }

  private BsonDocument error(int index, CommandFailure failure) {
    BsonDocument error =
        new BsonDocument("index", new BsonInt32(index))
            .append("code", new BsonInt32(failure.code()));
    boolean isModern = call.version().atLeast(5, 0);
    if (isModern) {
      error.append("errmsg", new BsonString(failure.message()));
    }
    failure.extraInfo().forEach(error::append);
    return isModern ? error : error.append("errmsg", new BsonString(failure.message()));
  }

  /** The reply of an insert or delete. */
  BsonDocument reply() {
    return reply(false);
  }

  /** The reply of an update. */
  BsonDocument updateReply() {
    return reply(true);
  }

  /** The order of fields changed with the release that generated the parsers. */
  private BsonDocument reply(boolean isUpdate) {
    boolean saysNothing =
        !call.version().atLeast(5, 0)
            && call.transaction() == null
            && WriteConcern.of(call.request().get("writeConcern"), call.version())
                .isUnacknowledged();
    if (saysNothing) {
      return new BsonDocument();
    }
    BsonDocument reply = new BsonDocument("n", new BsonInt32((int) matched));
    if (call.version().atLeast(5, 0)) {
      appendTimes(reply, true);
      if (isUpdate) {
        appendUpserted(reply);
        reply.append("nModified", new BsonInt32((int) modified));
      }
      appendErrors(reply);
    } else {
      if (isUpdate) {
        reply.append("nModified", new BsonInt32((int) modified));
        appendUpserted(reply);
      }
      appendErrors(reply);
      appendTimes(reply, false);
    }
    return reply;
  }

  private void appendUpserted(BsonDocument reply) {
    if (!upserted.isEmpty()) {
      reply.append("upserted", upserted);
    }
  }

  private void appendErrors(BsonDocument reply) {
    if (!errors.isEmpty()) {
      reply.append("writeErrors", errors);
    }
  }

  private void appendTimes(BsonDocument reply, boolean electionFirst) {
    if (call.world().standalone()) {
      return;
    }
    BsonObjectId election = new BsonObjectId(call.set().electionId());
    if (electionFirst) {
      reply.append("electionId", election);
    }
    reply.append("opTime", OpTimes.at(call.set().journal(), call.set().journal().end()));
    if (!electionFirst) {
      reply.append("electionId", election);
    }
  }
}
