package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.fault.FailPoints.Name.ON_PRIMARY_TRANSACTIONAL_WRITE;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.idl.Flags;
import org.bson.BsonDocument;

/**
 * The fail point {@code onPrimaryTransactionalWrite}, which a retryable write passes each time it
 * is about to commit: <code>{closeConnection: bool, failBeforeCommitExceptionCode: int}</code>.
 * Unless told otherwise it ends the client's connection, so that nobody learns whether the write
 * was done; with an exception code it was not.
 */
final class TransactionalWriteFailPoint {

  private final Invocation call;

  /** Names the write in messages. */
  private final String write;

  private boolean isPassed;

  TransactionalWriteFailPoint(Invocation call, String write) {
    this.call = call;
    this.write = write;
  }

  /**
   * Passes it with one statement.
   *
   * @throws CommandFailure if the write is to fail
   */
  void pass() {
    if (!isPassed) {
      strike();
    }
  }

  /**
   * Passes it once for several statements: the documents of an insert are written in one commit.
   * Only if that fails they are written, and pass, one by one.
   */
  void passTogether() {
    try {
      strike();
      isPassed = true;
    } catch (CommandFailure oneByOneThen) {
      // Nothing is written yet, and each document passes by itself.
    }
  }

  private void strike() {
    BsonDocument data = call.node().failPoints().enter(ON_PRIMARY_TRANSACTIONAL_WRITE);
    if (data == null) {
      return;
    }
    if (!Flags.isFalse(data, "closeConnection")) {
      call.endConnection();
    }
    if (data.isNumber("failBeforeCommitExceptionCode")) {
      throw new CommandFailure(
          data.getNumber("failBeforeCommitExceptionCode").intValue(),
          "Failing write for %s due to failpoint. The write must not be reflected."
              .formatted(write));
    }
  }
}
