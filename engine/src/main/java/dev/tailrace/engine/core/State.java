package dev.tailrace.engine.core;

import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.ServerRef;
import java.util.Optional;

/** What is true of a stream at one moment, and nothing else. */
sealed interface State {

  /** Nothing was asked yet. */
  record New() implements State {}

  /**
   * An aggregate is under way: the first one, or one that resumes or begins anew. A failure now is
   * not resumable, only retryable.
   *
   * @param retried whether it was retried once already
   * @param resume what this aggregate is to get over; empty for the first one
   */
  record Aggregating(Exchange exchange, boolean retried, Optional<Interruption> resume)
      implements State {}

  /**
   * There is a cursor, and at most one getMore under way.
   *
   * @param cursor the server's cursor; exhausted if the server has closed it
   * @param batch what is still to be handed over
   * @param awaiting the getMore under way
   * @param held what came of a getMore that was sent ahead. It is looked at when the batch before
   *     it is drained, so that nothing in it, not even a failure, overtakes an event
   */
  record Streaming(
      ServerCursor cursor, Batch batch, Optional<Exchange> awaiting, Optional<Arrival> held)
      implements State {

    Streaming awaiting(Exchange getMore) {
      return new Streaming(cursor, batch, Optional.of(getMore), Optional.empty());
    }

    Streaming holding(Arrival arrival) {
      return new Streaming(cursor, batch, Optional.empty(), Optional.of(arrival));
    }
  }

  /**
   * The cursor is lost, and the stream will go on with a new one when somebody asks for more and
   * the pause is over.
   */
  record Interrupted(Interruption interruption) implements State {}

  /** Over. */
  record Ended(Ending ending) implements State {}

  /**
   * A request under way.
   *
   * @param number identifies it; numbers are never used twice
   * @param sentNanos when it was sent
   * @param dueNanos until when its answer may rightly take; much later the stream is stuck
   * @param deadlineNanos when it is given up
   */
  record Exchange(long number, long sentNanos, long dueNanos, long deadlineNanos) {}

  /** What came of an exchange. */
  sealed interface Arrival {

    /** A server answered. */
    record Reply(ServerRef server, DocumentSlice body) implements Arrival {}

    /** Nobody did. */
    record Nothing(Failure.NoAnswer failure) implements Arrival {}
  }

  /**
   * Why a stream needs a new cursor.
   *
   * @param cause what happened, for people
   * @param attempt the number of the attempt to come, from 1, counted since the last progress; 0
   *     where nothing failed
   * @param notBeforeNanos when the pause before that attempt is over
   */
  record Interruption(String cause, int attempt, long notBeforeNanos) {}
}
