package dev.tailrace.engine.core;

import java.util.Optional;

/** What is true of a stream at one moment, and nothing else. */
sealed interface State {

  /** Nothing was asked yet. */
  record New() implements State {}

  /**
   * An aggregate is under way: the first one, or one that resumes. A failure now is not resumable,
   * only retryable.
   *
   * @param resume what this aggregate resumes from; empty for the first one
   */
  record Aggregating(Exchange exchange, boolean retried, Optional<Interruption> resume)
      implements State {}

  /**
   * There is a cursor. At most one getMore is under way, and only while the batch is drained.
   *
   * @param cursor the server's cursor; exhausted if the server has closed it
   * @param batch what is still to be handed over
   * @param awaiting the getMore under way
   */
  record Streaming(ServerCursor cursor, Batch batch, Optional<Exchange> awaiting)
      implements State {}

  /**
   * The cursor is lost, and the stream will resume when somebody asks for more and the pause is
   * over.
   */
  record Interrupted(Interruption interruption) implements State {}

  /** Over. */
  record Ended(Ending ending) implements State {}

  /**
   * A request under way.
   *
   * @param number identifies it; numbers are never used twice
   * @param deadlineNanos when it is given up
   */
  record Exchange(long number, long deadlineNanos) {}

  /**
   * Why a stream has to resume.
   *
   * @param cause the failure that made it so
   * @param attempt the number of the attempt to come, from 1, counted since the last progress
   * @param notBeforeNanos when the pause before that attempt is over
   */
  record Interruption(Failure cause, int attempt, long notBeforeNanos) {}
}
