package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;

/** One command of the server. Has no state of its own. */
@FunctionalInterface
public interface Command {

  /**
   * Runs it.
   *
   * @throws CommandFailure if the server refuses it
   */
  Outcome run(Invocation call);
}
