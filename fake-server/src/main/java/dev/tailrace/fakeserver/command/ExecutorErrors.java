package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.Namespace;

/** How a release words what goes wrong while a cursor is read. */
final class ExecutorErrors {

  private ExecutorErrors() {}

  /** A failure of the first batch of an aggregate. */
  static CommandFailure ofAggregate(CommandFailure failure, Invocation call, Namespace namespace) {
    if (call.version().atLeast(8, 0)) {
      return failure.causedIn("Executor error during aggregate command on namespace: " + namespace);
    }
    return call.version().atLeast(5, 0)
        ? failure.causedIn("PlanExecutor error during aggregation")
        : failure;
  }

  /** A failure of a getMore. */
  static CommandFailure ofGetMore(CommandFailure failure, Invocation call) {
    return call.version().atLeast(5, 0)
        ? failure.causedIn("Executor error during getMore")
        : failure;
  }

  /** The message of an interruption of a getMore that waits for data. */
  static String inGetMore(String message, Invocation call) {
    return (call.version().atLeast(5, 0)
            ? "Executor error during getMore"
            : "Error in $cursor stage")
        + " :: caused by :: "
        + message;
  }

  /** The failure of a command that {@code killOp} ends. */
  static CommandFailure interrupted(Invocation call) {
    String message = "operation was interrupted";
    return new CommandFailure(
        ErrorCode.INTERRUPTED,
        call.request().name().equals("getMore") ? inGetMore(message, call) : message);
  }

  /** The failure of a getMore that waits when its member shuts down. */
  static CommandFailure interruptedAtShutdown(Invocation call) {
    return new CommandFailure(
        ErrorCode.INTERRUPTED_AT_SHUTDOWN, inGetMore("interrupted at shutdown", call));
  }

  /**
   * Refuses what has waited and would now write, where the member is the primary no more.
   *
   * @throws CommandFailure 11602
   */
  static void requireStillPrimary(Invocation call) {
    if (!call.member().isPrimary() && !call.world().standalone()) {
      throw new CommandFailure(
          ErrorCode.INTERRUPTED_DUE_TO_REPL_STATE_CHANGE, "operation was interrupted");
    }
  }
}
