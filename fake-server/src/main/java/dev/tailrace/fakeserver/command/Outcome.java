package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** What becomes of a command for the moment. */
public sealed interface Outcome {

  /**
   * It is answered.
   *
   * @param body the reply without {@code ok} and what follows it
   */
  record Reply(BsonDocument body) implements Outcome {}

  /** It waits; whoever runs the set asks again when something happened. */
  record Wait(Waiting waiting) implements Outcome {}

  /**
   * The primary it ran on steps down; then it is answered with an empty reply.
   *
   * @param notEligibleForNanos how long it stays out of elections
   */
  record StepDown(long notEligibleForNanos) implements Outcome {}

  /** The member it ran on shuts down; there is no reply. */
  record ShutDown() implements Outcome {}

  /** A command that waits for something. */
  interface Waiting {

    /** Which happenings can end the wait, apart from the deadline: mostly what the journal gets. */
    default WakeOn wakeOn() {
      return WakeOn.JOURNAL;
    }

    /** When it ends on its own, on the monotonic clock; {@link Long#MAX_VALUE} for never. */
    long deadlineNanos();

    /**
     * Looks whether the wait is over.
     *
     * @param nowNanos the monotonic clock
     * @return the outcome, which may be another wait; null if this one goes on
     * @throws CommandFailure if the command fails now
     */
    @Nullable Outcome poll(long nowNanos);

    /** The client is gone: gives back what the command holds. */
    default void abandon() {}

    /**
     * The command was told to end.
     *
     * @param why what it fails with, if it does
     */
    default Outcome interrupt(CommandFailure why) {
      abandon();
      throw why;
    }
  }

  /** Kinds of happenings. */
  enum WakeOn {
    /** Something was written, or replicated further. */
    JOURNAL,
    /** A member changed its role, or learned of a change. */
    TOPOLOGY,
    /** A fail point was set, or entered. */
    FAIL_POINT
  }
}
