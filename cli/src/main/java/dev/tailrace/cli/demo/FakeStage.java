package dev.tailrace.cli.demo;

import dev.tailrace.fakeserver.FakeReplicaSet;
import java.util.List;

/** A fake replica set of three members, in this process, on loopback ports. */
final class FakeStage implements Stage {

  private static final int INTERRUPTED_AT_SHUTDOWN = 11600;
  private static final int CURSOR_NOT_FOUND = 43;

  /** So many bytes of a reply get through before its connection breaks. */
  private static final int TORN_AFTER_BYTES = 100;

  private final FakeReplicaSet set;

  FakeStage(long seed) {
    set = FakeReplicaSet.builder().members(3).seed(seed).start();
  }

  @Override
  public String description() {
    return "a fake replica set of 3 members, release " + set.serverVersion();
  }

  @Override
  public String connectionString() {
    return set.connectionString();
  }

  @Override
  public String watcherConnectionString() {
    return set.connectionString();
  }

  @Override
  public List<Trouble> troubles() {
    return List.of(
        new Trouble("all connections closed", set::closeConnections),
        new Trouble("primary stepped down", set::stepDown),
        new Trouble("cursor killed", set::killCursors),
        new Trouble(
            "labelled error",
            () ->
                set.faults()
                    .on("getMore")
                    .failWithLabels(INTERRUPTED_AT_SHUTDOWN, "ResumableChangeStreamError")),
        new Trouble("cursor not found", () -> set.faults().on("getMore").fail(CURSOR_NOT_FOUND)),
        new Trouble(
            "reply torn off", () -> set.faults().on("getMore").closeMidReply(TORN_AFTER_BYTES)),
        new Trouble(
            "reply lost with its connection",
            () -> set.faults().on("getMore").afterCommand().closeConnection()));
  }

  @Override
  public void close() {
    set.close();
  }
}
