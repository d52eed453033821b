package dev.tailrace.fakeserver.core;

import dev.tailrace.fakeserver.command.Node;
import dev.tailrace.fakeserver.command.TtlPass;
import dev.tailrace.fakeserver.replset.Member;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has the primary look from time to time for documents whose time is over. How often is a parameter
 * of its; another value counts from the pass before.
 */
final class TtlMonitor {

  private final Context context;
  private long lastPassNanos;
  private long plannedNanos = Long.MAX_VALUE;

  TtlMonitor(Context context) {
    this.context = context;
    lastPassNanos = context.nowNanos();
  }

  /** Plans the next pass, if there is a primary that makes it. */
  void plan() {
    Node primary = primary();
    if (primary == null || !primary.parameters().hasTtlMonitor()) {
      return;
    }
    long dueNanos = lastPassNanos + TimeUnit.SECONDS.toNanos(sleepSeconds(primary));
    if (dueNanos < plannedNanos) {
      plannedNanos = dueNanos;
      context.timers.at(dueNanos, () -> pass(dueNanos));
    }
  }

  private void pass(long dueNanos) {
    if (plannedNanos != dueNanos) {
      return; // Another plan overtook this one.
    }
    plannedNanos = Long.MAX_VALUE;
    Node primary = primary();
    boolean isDue =
        primary != null
            && primary.parameters().hasTtlMonitor()
            && context.nowNanos() - lastPassNanos
                >= TimeUnit.SECONDS.toNanos(sleepSeconds(primary));
    if (isDue) {
      lastPassNanos = context.nowNanos();
      TtlPass.run(context.world);
    }
  }

  private @Nullable Node primary() {
    Member primary = context.world.set().primary();
    return primary == null ? null : context.world.nodes().get(primary.index());
  }

  private static long sleepSeconds(Node node) {
    return node.parameters().ttlMonitorSleepSeconds();
  }
}
