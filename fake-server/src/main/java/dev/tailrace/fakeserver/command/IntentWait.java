package dev.tailrace.fakeserver.command;

import com.google.common.hash.Hashing;
import dev.tailrace.fakeserver.command.Definition.Trait;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.transaction.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A command on documents that waits behind one that wants the whole collection for itself. In a
 * transaction it does not wait for long, lest two that wait for each other do so for ever.
 */
final class IntentWait implements Outcome.Waiting {

  /** How a message numbers locks: their type in the highest three bits, a hash below. */
  private static final int LOCK_TYPE_SHIFT = 61;

  private static final long COLLECTION_LOCK = 5;

  private final Invocation call;
  private final Definition definition;
  private final Set<Namespace> names;
  private final Supplier<Outcome> rest;
  private final long limitMillis;
  private final long timeIsUpAtNanos;
  private final long deadlineNanos;

  private IntentWait(
      Invocation call, Definition definition, Set<Namespace> names, Supplier<Outcome> rest) {
    this.call = call;
    this.definition = definition;
    this.names = names;
    this.rest = rest;
    limitMillis =
        call.transaction() == null ? -1 : call.node().parameters().transactionLockTimeoutMillis();
    long limit =
        limitMillis < 0
            ? Long.MAX_VALUE
            : call.nowNanos() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
    timeIsUpAtNanos = MaxTime.deadlineNanos(call);
    deadlineNanos = Math.min(limit, timeIsUpAtNanos);
  }

  /** Does a command, now or once nobody stands before it. */
  static Outcome orWait(Invocation call, Definition definition, Supplier<Outcome> command) {
    Set<Namespace> names =
        locksAll(call, definition) ? LockedNames.of(call) : LockedNames.written(call);
    if (firstWanted(call, names) == null) {
      return lockAndDo(call, definition, names, command);
    }
    IntentWait wait = new IntentWait(call, definition, names, command);
    Outcome outcome = wait.poll(call.nowNanos()); // It may be that there is no time to wait.
    return outcome == null ? new Outcome.Wait(wait) : outcome;
  }

  /** From 5.0 on, reads outside of transactions take no locks, but on what they write to. */
  private static boolean locksAll(Invocation call, Definition definition) {
    return call.transaction() != null
        || definition.has(Trait.RETRYABLE_WRITE)
        || (definition.has(Trait.READ_CONCERN)
            && !call.version().atLeast(5, 0)
            && !ErrorLabels.opensChangeStream(call.request().body()));
  }

  /** The first of the collections that is to be locked, and that someone is waiting for. */
  private static @Nullable Namespace firstWanted(Invocation call, Set<Namespace> names) {
    Set<Namespace> missing = new LinkedHashSet<>(names);
    Transaction transaction = call.transaction();
    if (transaction != null) {
      missing.removeIf(transaction::hasLocked);
    }
    return call.world().transactions().lockQueue().firstWanted(missing);
  }

  private static Outcome lockAndDo(
      Invocation call, Definition definition, Set<Namespace> names, Supplier<Outcome> command) {
    Transaction transaction = call.transaction();
    if (transaction != null) {
      CatalogConflicts.check(call, definition, transaction, names);
      transaction.lock(names);
    }
    return command.get();
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public @Nullable Outcome poll(long nowNanos) {
    Transaction transaction = call.transaction();
    if (transaction != null || definition.has(Trait.PRIMARY_ONLY)) {
      ExecutorErrors.requireStillPrimary(call);
    }
    if (transaction != null) { // It may have been ended from elsewhere.
      call.world()
          .transactions()
          .inProgress(transaction.sessionId(), transaction.txnNumber(), transaction.txnNumber());
    }
    Namespace wanted = firstWanted(call, names);
    if (wanted == null) {
      return lockAndDo(call, definition, names, rest);
    }
    if (nowNanos < deadlineNanos) {
      return null;
    }
    throw deadlineNanos == timeIsUpAtNanos ? MaxTime.expired() : timedOut(wanted, limitMillis);
  }

  private static CommandFailure timedOut(Namespace name, long limitMillis) {
    long hash =
        Hashing.sipHash24().hashString(name.toString(), StandardCharsets.UTF_8).asLong()
            >>> (Long.SIZE - LOCK_TYPE_SHIFT);
    return new CommandFailure(
        ErrorCode.LOCK_TIMEOUT,
        "Unable to acquire IX lock on '{%s: Collection, %d, %s}' within %dms."
            .formatted(
                Long.toUnsignedString(COLLECTION_LOCK << LOCK_TYPE_SHIFT | hash),
                hash,
                name,
                limitMillis));
  }
}
