package dev.tailrace.fakeserver.core;

import dev.tailrace.fakeserver.command.Node;
import dev.tailrace.fakeserver.history.HistoryEvent.Kind;
import dev.tailrace.fakeserver.replset.Member;

/** What happens to members: they step down, stop and start. */
final class Members {

  private final Context context;

  Members(Context context) {
    this.context = context;
  }

  /** The member steps down, if it is the primary, in favour of any other that can take over. */
  void stepDown(Member member) {
    if (member.isPrimary()) {
      stepDown(member, context.world.set().oneElectionNanos());
    }
  }

  /**
   * The primary steps down. Whoever waits for news hears of it in two steps, as from a real one.
   *
   * @param notEligibleForNanos how long it stays out of elections
   */
  void stepDown(Member member, long notEligibleForNanos) {
    note(member, "steps down");
    context.world.transactions().abortAll();
    context.world.set().beginStepDown(member);
    context.parking.wake();
    context.world.set().finishStepDown(member, notEligibleForNanos);
    context.parking.wake();
  }

  /** The member shuts down in order: those who wait are told first. */
  void shutDown(Member member) {
    context.world.set().beginStop(member);
    for (Link link : context.connections.of(member.index())) {
      Exchange running = link.running;
      if (running != null) {
        running.interruptByShutdown();
      }
    }
    crash(member);
  }

  /** The member's process ends: connections, cursors and all that is in memory are gone. */
  void crash(Member member) {
    if (member.role() == Member.Role.DOWN) {
      return;
    }
    note(member, "stops");
    context.connections.of(member.index()).forEach(context.connections::close);
    replaceNode(member);
    context.world.set().stop(member);
    if (context.world.set().primary() == null) { // It was this one, or has lost the majority.
      context.world.transactions().abortAll();
    }
  }

  /** The member's process starts again, if it does not run. */
  void restart(Member member) {
    if (!member.isUp()) {
      note(member, "starts");
      replaceNode(member);
      context.world.set().restart(member);
    }
  }

  private void replaceNode(Member member) {
    context
        .world
        .nodes()
        .set(
            member.index(),
            new Node(member, context.world.ids(), context.world.version(), context.nowNanos()));
  }

  private void note(Member member, String what) {
    context.record(member.index(), 0, Kind.MEMBER, what, null);
  }
}
