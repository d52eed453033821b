package dev.tailrace.fakeserver.core;

import dev.tailrace.fakeserver.command.Node;
import dev.tailrace.fakeserver.command.Parameters;
import dev.tailrace.fakeserver.command.SessionCleanup;
import dev.tailrace.fakeserver.command.World;
import dev.tailrace.fakeserver.replset.Member;
import dev.tailrace.fakeserver.storage.Change;

/** What members do from time to time without being asked. */
final class Housekeeping {

  private final Context context;
  private final World world;
  private final boolean[] cursorScanPlanned;
  private boolean transactionScanPlanned;
  private long sessionExpiryAtNanos = Long.MAX_VALUE;
  private long endAtLastLook;

  Housekeeping(Context context) {
    this.context = context;
    world = context.world;
    cursorScanPlanned = new boolean[world.nodes().size()];
    planNoop();
  }

  /** Plans to look for what has expired, if there is anything that can. */
  void plan() {
    for (int member = 0; member < cursorScanPlanned.length; member++) {
      planCursorScan(member);
    }
    Member primary = world.set().primary();
    if (!transactionScanPlanned && primary != null && world.transactions().isAnyInProgress()) {
      transactionScanPlanned = true;
      context.later(parameters(primary).transactionScanNanos(), this::expireTransactions);
    }
    if (world.sessions().nextExpiryNanos() < sessionExpiryAtNanos) {
      sessionExpiryAtNanos = world.sessions().nextExpiryNanos();
      context.timers.at(sessionExpiryAtNanos, this::expireSessions);
    }
  }

  private Parameters parameters(Member member) {
    return world.nodes().get(member.index()).parameters();
  }

  private void planCursorScan(int member) {
    Node node = world.nodes().get(member);
    if (!cursorScanPlanned[member] && !node.cursors().isEmpty()) {
      cursorScanPlanned[member] = true;
      context.later(node.parameters().cursorScanNanos(), () -> expireCursors(member));
    }
  }

  private void expireCursors(int member) {
    cursorScanPlanned[member] = false;
    Node node = world.nodes().get(member);
    Parameters parameters = node.parameters();
    node.cursors()
        .expire(
            context.nowNanos(), parameters.cursorTimeoutNanos(), parameters.sparesSessionCursors());
  }

  private void expireTransactions() {
    transactionScanPlanned = false;
    world.transactions().expire(context.nowNanos());
  }

  private void expireSessions() {
    if (context.nowNanos() >= sessionExpiryAtNanos) { // Else another plan overtook this one.
      sessionExpiryAtNanos = Long.MAX_VALUE;
      SessionCleanup.forget(world, world.sessions().expire(context.nowNanos()));
    }
  }

  private void planNoop() {
    if (!world.standalone()) {
      Member primary = world.set().primary();
      Parameters parameters =
          primary == null ? world.nodes().get(0).parameters() : parameters(primary);
      context.later(parameters.periodicNoopNanos(), this::writeNoop);
    }
  }

  /** An idle primary writes something now and then, so that the cluster time moves on. */
  private void writeNoop() {
    planNoop(); // First, lest one that fails be the last.
    Member primary = world.set().primary();
    boolean isIdle = world.set().journal().end() == endAtLastLook;
    if (isIdle && primary != null && parameters(primary).writesPeriodicNoops()) {
      world.set().write(new Change.Noop("periodic noop"), world.set().journal().head());
    }
    endAtLastLook = world.set().journal().end();
  }
}
