package dev.tailrace.fakeserver.core;

import dev.tailrace.fakeserver.command.Node;
import dev.tailrace.fakeserver.command.SessionCleanup;
import dev.tailrace.fakeserver.command.World;
import dev.tailrace.fakeserver.replset.Member;
import dev.tailrace.fakeserver.storage.Change;
import java.util.concurrent.TimeUnit;

/** What members do from time to time without being asked. */
final class Housekeeping {

  /** {@code clientCursorMonitorFrequencySecs}. */
  private static final long SCAN_NANOS = TimeUnit.SECONDS.toNanos(4);

  /** {@code periodicNoopIntervalSecs}. */
  private static final long NOOP_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Context context;
  private final World world;
  private boolean scanPlanned;
  private long sessionExpiryAtNanos = Long.MAX_VALUE;
  private long endAtLastLook;

  Housekeeping(Context context) {
    this.context = context;
    world = context.world;
    planNoop();
  }

  /** Plans to look for what has expired, if there is anything that can. */
  void plan() {
    if (!scanPlanned && hasWhatExpires()) {
      scanPlanned = true;
      context.later(SCAN_NANOS, this::scan);
    }
    if (world.sessions().nextExpiryNanos() < sessionExpiryAtNanos) {
      sessionExpiryAtNanos = world.sessions().nextExpiryNanos();
      context.timers.at(sessionExpiryAtNanos, this::expireSessions);
    }
  }

  private boolean hasWhatExpires() {
    return world.transactions().isAnyInProgress()
        || context.world.nodes().stream().anyMatch(node -> !node.cursors().isEmpty());
  }

  private void scan() {
    scanPlanned = false;
    long now = context.nowNanos();
    world.transactions().expire(now);
    boolean sparesSessions = world.version().atLeast(4, 4, 8);
    for (Node node : context.world.nodes()) {
      node.cursors().expire(now, sparesSessions);
    }
  }

  private void expireSessions() {
    if (context.nowNanos() >= sessionExpiryAtNanos) { // Else another plan overtook this one.
      sessionExpiryAtNanos = Long.MAX_VALUE;
      SessionCleanup.forget(world, world.sessions().expire(context.nowNanos()));
    }
  }

  private void planNoop() {
    if (!world.standalone()) {
      context.later(NOOP_NANOS, this::writeNoop);
    }
  }

  /** An idle primary writes something now and then, so that the cluster time moves on. */
  private void writeNoop() {
    Member primary = world.set().primary();
    boolean isIdle = world.set().journal().end() == endAtLastLook;
    if (isIdle
        && primary != null
        && context.world.nodes().get(primary.index()).parameters().writesPeriodicNoops()) {
      world.set().write(new Change.Noop("periodic noop"), world.set().journal().head());
    }
    endAtLastLook = world.set().journal().end();
    planNoop();
  }
}
