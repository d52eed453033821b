package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import org.jspecify.annotations.Nullable;

/**
 * A wait of a command, with something to see to when it is over.
 *
 * @param inner what is waited for
 * @param poll looks whether the inner wait is over, and sees to what comes of it
 * @param whenInterrupted is done before the wait is told to end
 */
record InnerWait(Outcome.Waiting inner, Poll poll, Runnable whenInterrupted)
    implements Outcome.Waiting {

  /** Looks whether a wait is over. */
  @FunctionalInterface
  interface Poll {
    @Nullable Outcome at(long nowNanos);
  }

  @Override
  public Outcome.WakeOn wakeOn() {
    return inner.wakeOn();
  }

  @Override
  public long deadlineNanos() {
    return inner.deadlineNanos();
  }

  @Override
  public @Nullable Outcome poll(long nowNanos) {
    return poll.at(nowNanos);
  }

  @Override
  public Outcome interrupt(CommandFailure why) {
    whenInterrupted.run();
    return inner.interrupt(why);
  }

  @Override
  public void abandon() {
    inner.abandon();
  }
}
