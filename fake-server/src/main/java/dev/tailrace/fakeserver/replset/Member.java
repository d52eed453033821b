package dev.tailrace.fakeserver.replset;

import org.bson.types.ObjectId;

/**
 * One member of the set: a role, and a mark into the shared history that says how far it has
 * applied it. Changed by {@link ReplicaSet} only.
 */
public final class Member {

  /** What a member is at the moment. */
  public enum Role {
    PRIMARY,
    SECONDARY,
    /** Has missed what the others' oplog has no more; only a new start makes it a secondary. */
    TOO_STALE,
    /** Has just stepped down and is neither yet. */
    STEPPING_DOWN,
    /** Answers the last of its clients. */
    STOPPING,
    /** The process does not run. */
    DOWN
  }

  private final int index;
  private final String address;

  Role role = Role.SECONDARY;
  long applied;
  long lagNanos;
  long notEligibleBeforeNanos = Long.MIN_VALUE;
  ObjectId processId;
  long topologyCounter;

  Member(int index, String address, ObjectId processId) {
    this.index = index;
    this.address = address;
    this.processId = processId;
  }

  /** Its number within the set, from 0. */
  public int index() {
    return index;
  }

  /** {@code host:port} as the set's configuration has it. */
  public String address() {
    return address;
  }

  /** What it is at the moment. */
  public Role role() {
    return role;
  }

  /** Whether it is the primary. */
  public boolean isPrimary() {
    return role == Role.PRIMARY;
  }

  /** Whether its process runs. */
  public boolean isUp() {
    return role != Role.DOWN && role != Role.STOPPING;
  }

  /** Whether it can apply what is written. */
  boolean isSyncing() {
    return isUp() && role != Role.TOO_STALE;
  }

  /** The position up to which it has applied the journal. */
  public long applied() {
    return applied;
  }

  /** The id of its process; a new one after each start. */
  public ObjectId processId() {
    return processId;
  }

  /** Counts the changes of its role and of what it knows of the set, within one process. */
  public long topologyCounter() {
    return topologyCounter;
  }
}
