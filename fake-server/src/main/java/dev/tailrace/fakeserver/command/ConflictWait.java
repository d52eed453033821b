package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A write outside of transactions that has come upon a document of a transaction: it waits until
 * one has ended, and goes on where it was.
 */
final class ConflictWait implements Outcome.Waiting {

  private final Invocation call;
  private final Supplier<Outcome> rest;
  private final long endedBefore;
  private final long deadlineNanos;

  private ConflictWait(Invocation call, Supplier<Outcome> rest, long deadlineNanos) {
    this.call = call;
    this.rest = rest;
    this.deadlineNanos = deadlineNanos;
    endedBefore = call.world().transactions().ended();
  }

  /**
   * Does a write, now or once it can be done.
   *
   * @param write does what is left of it; called again after each wait
   */
  static Outcome orWait(Invocation call, Supplier<Outcome> write) {
    return orWait(call, write, MaxTime.deadlineNanos(call));
  }

  private static Outcome orWait(Invocation call, Supplier<Outcome> write, long deadlineNanos) {
    try {
      return write.get();
    } catch (CommandFailure e) {
      boolean hasToWait = e.code() == ErrorCode.WRITE_CONFLICT.code() && call.transaction() == null;
      if (!hasToWait) {
        throw e;
      }
      return new Outcome.Wait(new ConflictWait(call, write, deadlineNanos));
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public @Nullable Outcome poll(long nowNanos) {
    ExecutorErrors.requireStillPrimary(call);
    if (call.world().transactions().ended() != endedBefore) {
      return orWait(call, rest, deadlineNanos);
    }
    if (nowNanos >= deadlineNanos) {
      throw MaxTime.expired();
    }
    return null;
  }
}
