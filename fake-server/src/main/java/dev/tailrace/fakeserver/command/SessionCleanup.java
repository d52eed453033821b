package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.storage.State;
import java.util.List;
import org.bson.BsonBinary;

/** What goes with a logical session. */
public final class SessionCleanup {

  private SessionCleanup() {}

  /** Ends what the session has under way: its transaction, and its cursors on every member. */
  static void interrupt(World world, BsonBinary session) {
    world.transactions().abortOf(session);
    for (Node node : world.nodes()) {
      node.cursors().killIf(cursor -> session.equals(cursor.owner().sessionId()));
    }
  }

  /**
   * Forgets the sessions, also what they have written: a retryable write that comes again after
   * this is done again.
   */
  public static void forget(World world, List<BsonBinary> sessions) {
    if (sessions.isEmpty()) {
      return;
    }
    for (BsonBinary session : sessions) {
      interrupt(world, session);
      world.transactions().forget(session);
    }
    State head = world.set().journal().head();
    world.set().writeUnreplicated(head.withoutRetryRecords(sessions));
  }
}
