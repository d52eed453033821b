package dev.tailrace.engine.driver;

import dev.tailrace.engine.core.Answer;

/**
 * Whoever waits for the answer to an open or a pull. Called once, on any thread, with nothing of
 * the stream held: it may call the stream again.
 *
 * @param <T> how events are handed over
 */
public interface Reader<T> {

  /** The machine's answer. */
  void answered(Answer<T> answer);

  /** There will be no answer: the engine itself is at fault. */
  void faulted(Throwable fault);
}
