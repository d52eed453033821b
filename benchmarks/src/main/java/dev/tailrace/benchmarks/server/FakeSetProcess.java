package dev.tailrace.benchmarks;

import dev.tailrace.benchmarks.process.ParentProcess;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.util.concurrent.CountDownLatch;

/** A fake set in a process of its own. Prints its connection string. */
final class FakeSetProcess {

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
