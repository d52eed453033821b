package dev.tailrace.fakeserver.command;

import java.util.List;
import org.bson.BsonBinary;
import org.bson.BsonDocument;

/** A command that runs or waits, as {@code currentOp} shows it and {@code killOp} ends it. */
public final class Operation {

  /** What runs at the moment. */
  @FunctionalInterface
  public interface Running {

    /** The operations of a member, those of older connections first. */
    List<Operation> on(Node node);
  }

  private final int id;
  private final Invocation call;
  private final long startedNanos;
  private boolean killed;

  /** An operation that begins now. */
  public Operation(Invocation call) {
    this.call = call;
    id = call.node().nextOperationId();
    startedNanos = call.nowNanos();
  }

  /** Its number on the member: positive, and never used again. */
  public int id() {
    return id;
  }

  Invocation call() {
    return call;
  }

  long startedNanos() {
    return startedNanos;
  }

  /** Whether it runs in that session. */
  boolean isIn(BsonBinary session) {
    return call.request().get("lsid") instanceof BsonDocument lsid
        && session.equals(lsid.get("id"));
  }

  /** Tells it to end as soon as it can; it finds out by {@link #isKilled}. */
  void kill() {
    killed = true;
    call.node().noteKilledOperation();
  }

  /** Whether it was told to end. */
  public boolean isKilled() {
    return killed;
  }
}
