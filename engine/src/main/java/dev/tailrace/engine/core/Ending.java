package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.EndReason;

/** How a stream ended. */
public sealed interface Ending {

  /**
   * It had done what it was for.
   *
   * @param reason why it ended
   */
  record Regular(EndReason reason) implements Ending {}

  /**
   * It could not go on.
   *
   * @param exception what the user is to be told
   */
  record Failed(ChangeStreamException exception) implements Ending {}
}
