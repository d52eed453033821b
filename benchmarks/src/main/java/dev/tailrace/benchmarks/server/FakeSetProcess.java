package dev.tailrace.benchmarks.server;

import dev.tailrace.benchmarks.process.ParentProcess;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Fake sets in a process of their own: as many as it is told. Prints their connection strings. */
public final class FakeSetProcess {

  private FakeSetProcess() {}

  /** Serves until its standard input is closed. */
  public static void main(String[] arguments) throws InterruptedException {
    ParentProcess.endWithIt();
    List<String> connectionStrings = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
      connectionStrings.add(FakeReplicaSet.start(1).connectionString());
    }
    System.out.println(String.join(" ", connectionStrings));
    new CountDownLatch(1).await();
  }
}
