package dev.tailrace.benchmarks.server;

import dev.tailrace.benchmarks.process.ParentProcess;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.util.concurrent.CountDownLatch;

/** A fake set in a process of its own. Prints its connection string. */
public final class FakeSetProcess {

  private FakeSetProcess() {}

  /** Serves until its standard input is closed. */
  public static void main(String[] arguments) throws InterruptedException {
    ParentProcess.endWithIt();
    try (FakeReplicaSet set = FakeReplicaSet.start(1)) {
      System.out.println(set.connectionString());
      new CountDownLatch(1).await();
    }
  }
}
