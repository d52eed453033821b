package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.transaction.LockQueue.Exclusive;
import dev.tailrace.fakeserver.transaction.Transactions;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A change of a collection itself, not of its documents, that waits until no transaction under way
 * has touched the collection.
 */
final class ExclusiveWait implements Outcome.Waiting {

  private final Invocation call;
  private final Exclusive wanted;
  private final Supplier<Outcome> change;
  private final long deadlineNanos;

  private ExclusiveWait(Invocation call, Exclusive wanted, Supplier<Outcome> change) {
    this.call = call;
    this.wanted = wanted;
    this.change = change;
    deadlineNanos = MaxTime.deadlineNanos(call);
  }

  /** Changes one collection, now or once nobody holds it. */
  static Outcome orWait(Invocation call, Namespace name, Supplier<Outcome> change) {
    return orWait(call, Exclusive.of(Set.of(name)), change);
  }

  /** Changes what is wanted, now or once nobody holds it. */
  static Outcome orWait(Invocation call, Exclusive wanted, Supplier<Outcome> change) {
    if (call.transaction() != null) {
      return change.get(); // What may be changed there is what the transaction has made itself.
    }
    Transactions transactions = call.world().transactions();
    if (!transactions.isHeld(wanted) && !transactions.lockQueue().isAheadOf(wanted)) {
      return change.get();
    }
    transactions.lockQueue().enter(wanted);
    return new Outcome.Wait(new ExclusiveWait(call, wanted, change));
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public @Nullable Outcome poll(long nowNanos) {
    Transactions transactions = call.world().transactions();
    boolean isFree = !transactions.isHeld(wanted) && !transactions.lockQueue().isAheadOf(wanted);
    boolean goesOn = call.member().isPrimary() && !isFree && nowNanos < deadlineNanos;
    if (goesOn) {
      return null;
    }
    abandon();
    ExecutorErrors.requireStillPrimary(call);
    if (isFree) {
      return change.get();
    }
    throw MaxTime.expired();
  }

  @Override
  public void abandon() {
    call.world().transactions().lockQueue().leave(wanted);
  }
}
