package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.cursor.CursorTable;
import dev.tailrace.fakeserver.fault.FailPoints;
import dev.tailrace.fakeserver.replset.Member;

/**
 * What a member's process has in memory, and loses when it ends: cursors, fail points, parameters.
 */
public final class Node {

  private final Member member;
  private final CursorTable cursors;
  private final FailPoints failPoints;
  private final Parameters parameters;
  private final StreamMetrics streamMetrics = new StreamMetrics();
  private final long startedAtNanos;
  private int lastOperationId;
  private long killedOperations;

  /** A process that has just started. */
  public Node(Member member, Ids ids, ServerVersion version, long nowNanos) {
    this.member = member;
    cursors = new CursorTable(ids.split());
    failPoints = new FailPoints(ids.split());
    parameters = new Parameters(version);
    startedAtNanos = nowNanos;
  }

  /** The member that it is. */
  public Member member() {
    return member;
  }

  /** Its open cursors. */
  public CursorTable cursors() {
    return cursors;
  }

  /** Its fail points. */
  public FailPoints failPoints() {
    return failPoints;
  }

  /** Its server parameters. */
  public Parameters parameters() {
    return parameters;
  }

  /** What it has counted of large events. */
  StreamMetrics streamMetrics() {
    return streamMetrics;
  }

  int nextOperationId() {
    return ++lastOperationId;
  }

  void noteKilledOperation() {
    killedOperations++;
  }

  /** How many operations were ever told to end. */
  public long killedOperations() {
    return killedOperations;
  }

  /** When it started, on the monotonic clock. */
  public long startedAtNanos() {
    return startedAtNanos;
  }
}
