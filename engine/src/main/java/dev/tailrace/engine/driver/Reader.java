package dev.tailrace.engine.driver;

import dev.tailrace.engine.core.Effect;

/**
 * Whoever waits for the answer to an open or a pull. Called once, on any thread; must not block.
 */
public interface Reader {

  /** The machine's answer. */
  void answered(Effect.Answer answer);

  /** There will be no answer: the engine itself is at fault. */
  void faulted(Throwable fault);
}
